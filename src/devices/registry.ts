/** Every device type that manifests can name. */

import { balloon } from './balloon.ts'
import { block } from './block.ts'
import { can } from './can.ts'
import { console } from './console.ts'
import { crypto } from './crypto.ts'
import type { DeviceType } from './device-type.ts'
import { entropy } from './entropy.ts'
import { fs } from './fs.ts'
import { gpio } from './gpio.ts'
import { gpu } from './gpu.ts'
import { i2c } from './i2c.ts'
import { input } from './input.ts'
import { iommu } from './iommu.ts'
import { media } from './media.ts'
import { mem } from './mem.ts'
import { net } from './net.ts'
import { nineP } from './nine-p.ts'
import { pmem } from './pmem.ts'
import { rpmb } from './rpmb.ts'
import { rpmsg } from './rpmsg.ts'
import { rtc } from './rtc.ts'
import { scmi } from './scmi.ts'
import { scsi } from './scsi.ts'
import { sound } from './sound.ts'
import { spi } from './spi.ts'
import { vsock } from './vsock.ts'

/** Ascending by device ID. */
export const DEVICE_TYPES: readonly DeviceType[] = [
  net,
  block,
  console,
  entropy,
  balloon,
  rpmsg,
  scsi,
  nineP,
  gpu,
  rtc,
  input,
  vsock,
  crypto,
  iommu,
  mem,
  sound,
  fs,
  pmem,
  rpmb,
  scmi,
  i2c,
  can,
  gpio,
  spi,
  media,
]

/** The type that manifests call `name`. */
export const deviceType = (name: string): DeviceType | undefined => DEVICE_TYPES.find((type) => type.name === name)
