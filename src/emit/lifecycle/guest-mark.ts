/**
 * The script by which a Linux guest tells the supervisor, in xenstore, that it is up, or that its reboot is intended: for its root file system, and for the
 * archive behind its ramdisk.
 */
import { leavesWord } from '../../guests/metadata.ts'
import type { Domain } from '../../model/system-model.ts'
import type { Emitter } from '../artifact.ts'
import { templates } from '../templates.ts'
import type { CpioFile } from '../virtio/cpio.ts'

const PROGRAM = 'etc/domforge/mark'
const UNIT = 'domforge-mark.service'
const UNITS = 'etc/systemd/system'
const TARGET = 'multi-user.target.d/domforge-mark.conf'

/** A drop-in of a target that starts the unit, with neither `systemctl enable` nor a link. */
const WANTED = `[Unit]\nWants=${UNIT}\n`

/** Files for a root file system. */
export const guestMarks: Emitter = {
  name: 'guest-mark',
  summary:
    'a script and a systemd unit that report to the supervisor that a Linux guest is up, and that its reboot is on purpose',
  emit: ({ plan }) =>
    plan.model.domains.filter(leavesWord).flatMap(({ name }) => {
      const systemd = { domain: name, mode: '0644', init: 'systemd' } as const
      return [
        {
          path: `domains/${name}/mark`,
          contents: templates.guestMark({ domain: name }),
          install: [{ domain: name, at: `/${PROGRAM}`, mode: '0755' }],
        },
        {
          path: `domains/${name}/mark.service`,
          contents: templates.guestMarkService({ domain: name }),
          install: [{ ...systemd, at: `/${UNITS}/${UNIT}` }],
        },
        { path: `domains/${name}/mark.conf`, contents: WANTED, install: [{ ...systemd, at: `/${UNITS}/${TARGET}` }] },
      ]
    }),
}

/**
 * The same files for the ramdisk. Systemd and rc call the script there (BusyBox's runs /etc/init.d/S*, sysvinit's /etc/rcS.d/S* and /etc/rc6.d/K*);
 * initramfs-tools hands it over to the root file system.
 */
export function guestMarkFiles(domain: Domain): readonly CpioFile[] {
  if (!leavesWord(domain)) return []
  const view = { domain: domain.name }
  const link = Buffer.from('../domforge/mark')
  return [
    [PROGRAM, Buffer.from(templates.guestMark(view)), 'program'],
    [`${UNITS}/${UNIT}`, Buffer.from(templates.guestMarkService(view))],
    [`${UNITS}/${TARGET}`, Buffer.from(WANTED)],
    ['conf/conf.d/domforge-mark', Buffer.from(`/${PROGRAM} hand-over &\n`)],
    ['etc/init.d/S99domforge-mark', link, 'link'],
    ['etc/rcS.d/S99domforge-mark', link, 'link'],
    ['etc/rc6.d/K01domforge-mark', link, 'link'],
  ]
}
