# Starts virtio-mmio: Xen 4.20 with dom0 and app.
# Every file is loaded to where the device tree says; the script stops if one is missing or has another size.
setenv domforge_failed

# kernel of dom0
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

# ramdisk of dom0
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x41e00000 dom0.cpio.gz; then
    if itest 0x${filesize} -ne 0x2dc899; then
      echo 'domforge: dom0.cpio.gz is not the file that this script was made for: 3000473 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load dom0.cpio.gz'
    setenv domforge_failed 1
  fi
fi
if test -z "${domforge_failed}"; then
  mw.b 0x420dc899 0 0x767
fi

# metadata of dom0, right after its ramdisk
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x420dd000 domains/dom0/metadata.cpio; then
    if itest 0x${filesize} -ne 0xa000; then
      echo 'domforge: domains/dom0/metadata.cpio is not the file that this script was made for: 40960 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load domains/dom0/metadata.cpio'
    setenv domforge_failed 1
  fi
fi

# kernel of app
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x42200000 Image; then
    if itest 0x${filesize} -ne 0x19bfcc0; then
      echo 'domforge: Image is not the file that this script was made for: 27000000 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load Image'
    setenv domforge_failed 1
  fi
fi

# ramdisk of app
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x43c00000 app.cpio.gz; then
    if itest 0x${filesize} -ne 0x125046; then
      echo 'domforge: app.cpio.gz is not the file that this script was made for: 1200198 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load app.cpio.gz'
    setenv domforge_failed 1
  fi
fi
if test -z "${domforge_failed}"; then
  mw.b 0x43d25046 0 0xfba
fi

# metadata of app, right after its ramdisk
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x43d26000 domains/app/metadata.cpio; then
    if itest 0x${filesize} -ne 0xa000; then
      echo 'domforge: domains/app/metadata.cpio is not the file that this script was made for: 40960 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load domains/app/metadata.cpio'
    setenv domforge_failed 1
  fi
fi

# partial device tree of app
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x43e00000 domains/app/passthrough.dtb; then
    if itest 0x${filesize} -ne 0x338; then
      echo 'domforge: domains/app/passthrough.dtb is not the file that this script was made for: 824 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load domains/app/passthrough.dtb'
    setenv domforge_failed 1
  fi
fi

# device tree
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x40200000 xen.dtb; then
    if itest 0x${filesize} -ne 0x206b; then
      echo 'domforge: xen.dtb is not the file that this script was made for: 8299 bytes expected'
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
    if itest 0x${filesize} -ne 0x100308; then
      echo 'domforge: xen is not the file that this script was made for: 1049352 bytes expected'
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
