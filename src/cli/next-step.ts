import { mediumOf } from '../assemble/script.ts'
import { ubootWord } from '../emit/uboot-quoting.ts'
import { reader } from '../emit/uboot-script.ts'
import { type Boot, isMedium, type LoadMethod } from '../model/system-model.ts'

/** What a person at the board does after a build into the folder `out`. */
export function nextStep(out: string, { load, command }: Boot): string {
  if (!isMedium(load))
    return `next: read ${out}/report/report.txt, which says what must be where before U-Boot runs boot.scr\n${command === 'none' ? OWN_START : ''}`
  const script = ubootWord(`${load.prefix}boot.scr`)
  return [
    `next: read ${out}/report/report.txt, put the files that it lists where U-Boot finds them, and type there\n`,
    `  ${scan(load)}${reader(mediumOf(load))} \${scriptaddr} ${script} && source \${scriptaddr}\n`,
    ...(load.from === 'tftp' ? [ADDRESSES] : []),
    ...(command === 'none' ? [OWN_START] : []),
  ].join('')
}

const ADDRESSES =
  'if U-Boot says that serverip is not set, before that: setenv autoload no; dhcp (or set ipaddr and serverip)\n'

const OWN_START = `then start Xen: its address is in \${host_kernel_addr}, that of the device tree in \${host_fdt_addr}\n`

const scan = ({ from }: LoadMethod): string => (from === 'usb' ? 'usb start; ' : from === 'scsi' ? 'scsi scan; ' : '')
