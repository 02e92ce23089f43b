# Starts board-variants: Xen 4.17 with control and viewer.
# Every file is loaded to where the device tree says; the script stops if one is missing or has another size.
setenv domforge_failed

# kernel of control and viewer
if test -z "${domforge_failed}"; then
  if tftpboot 0x40400000 Image; then
    if itest 0x${filesize} -ne 0x19bfcc0; then
      echo 'domforge: Image is not the file that this script was made for: 27000000 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load Image'
    setenv domforge_failed 1
  fi
fi

# ramdisk of control
if test -z "${domforge_failed}"; then
  if tftpboot 0x41e00000 control.cpio.gz; then
    if itest 0x${filesize} -ne 0x125046; then
      echo 'domforge: control.cpio.gz is not the file that this script was made for: 1200198 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load control.cpio.gz'
    setenv domforge_failed 1
  fi
fi

# ramdisk of viewer
if test -z "${domforge_failed}"; then
  if tftpboot 0x42000000 viewer.cpio.gz; then
    if itest 0x${filesize} -ne 0xdbc39; then
      echo 'domforge: viewer.cpio.gz is not the file that this script was made for: 900153 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load viewer.cpio.gz'
    setenv domforge_failed 1
  fi
fi

# device tree
if test -z "${domforge_failed}"; then
  if tftpboot 0x40200000 xen.dtb; then
    if itest 0x${filesize} -ne 0x210f; then
      echo 'domforge: xen.dtb is not the file that this script was made for: 8463 bytes expected'
      setenv domforge_failed 1
    fi
  else
    echo 'domforge: cannot load xen.dtb'
    setenv domforge_failed 1
  fi
fi

# Xen
if test -z "${domforge_failed}"; then
  if tftpboot 0x40000000 xen; then
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
