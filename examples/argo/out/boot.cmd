# Starts argo: Xen 4.20 with sensor and fusion.
# Every file is loaded to where the device tree says; the script stops if one is missing or has another size.
setenv domforge_failed

# kernel of sensor
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x40400000 sensor.bin; then
    if itest 0x${filesize} -ne 0x1000; then
      echo 'domforge: sensor.bin is not the file that this script was made for: 4096 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load sensor.bin'
    setenv domforge_failed 1
  fi
fi

# kernel of fusion
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x40600000 fusion.bin; then
    if itest 0x${filesize} -ne 0x1000; then
      echo 'domforge: fusion.bin is not the file that this script was made for: 4096 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load fusion.bin'
    setenv domforge_failed 1
  fi
fi

# device tree
if test -z "${domforge_failed}"; then
  if load virtio 0:1 0x40200000 xen.dtb; then
    if itest 0x${filesize} -ne 0x1f59; then
      echo 'domforge: xen.dtb is not the file that this script was made for: 8025 bytes expected'
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
