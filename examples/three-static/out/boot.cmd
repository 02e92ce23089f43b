# Starts three-static: Xen 4.20 with sensor, fusion and logger.
# Every file is loaded to where the device tree says; the script stops if one is missing or has another size.
setenv domforge_failed

# kernel of sensor, fusion and logger
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x40400000 Image; then
    if itest 0x${filesize} -ne 0x19bfcc0; then
      echo 'domforge: Image is not the file that this script was made for: 27000000 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load Image'
    setenv domforge_failed 1
  fi
fi

# ramdisk of sensor
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x41e00000 guest.cpio.gz; then
    if itest 0x${filesize} -ne 0x125046; then
      echo 'domforge: guest.cpio.gz is not the file that this script was made for: 1200198 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load guest.cpio.gz'
    setenv domforge_failed 1
  fi
fi
if test -z "${domforge_failed}"; then
  mw.b 0x41f25046 0 0xfba
fi

# metadata of sensor, right after its ramdisk
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x41f26000 domains/sensor/metadata.cpio; then
    if itest 0x${filesize} -ne 0x6000; then
      echo 'domforge: domains/sensor/metadata.cpio is not the file that this script was made for: 24576 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load domains/sensor/metadata.cpio'
    setenv domforge_failed 1
  fi
fi

# ramdisk of fusion
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x42000000 guest.cpio.gz; then
    if itest 0x${filesize} -ne 0x125046; then
      echo 'domforge: guest.cpio.gz is not the file that this script was made for: 1200198 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load guest.cpio.gz'
    setenv domforge_failed 1
  fi
fi
if test -z "${domforge_failed}"; then
  mw.b 0x42125046 0 0xfba
fi

# metadata of fusion, right after its ramdisk
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x42126000 domains/fusion/metadata.cpio; then
    if itest 0x${filesize} -ne 0x6000; then
      echo 'domforge: domains/fusion/metadata.cpio is not the file that this script was made for: 24576 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load domains/fusion/metadata.cpio'
    setenv domforge_failed 1
  fi
fi

# ramdisk of logger
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x42200000 guest.cpio.gz; then
    if itest 0x${filesize} -ne 0x125046; then
      echo 'domforge: guest.cpio.gz is not the file that this script was made for: 1200198 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load guest.cpio.gz'
    setenv domforge_failed 1
  fi
fi

# device tree
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x40200000 xen.dtb; then
    if itest 0x${filesize} -ne 0x2568; then
      echo 'domforge: xen.dtb is not the file that this script was made for: 9576 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load xen.dtb'
    setenv domforge_failed 1
  fi
fi

# Xen
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x40000000 xen; then
    if itest 0x${filesize} -ne 0x120308; then
      echo 'domforge: xen is not the file that this script was made for: 1180424 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load xen'
    setenv domforge_failed 1
  fi
fi

# Leave the tree where it is: a copy elsewhere could overwrite a module, which U-Boot does not know about.
setenv fdt_high 0xffffffffffffffff
if test -z "${domforge_failed}"; then
  booti 0x40000000 - 0x40200000
  echo 'domforge: Xen was not started: see the messages above'
fi
false
