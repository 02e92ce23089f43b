/** The script that arms and feeds the watchdog of a Linux guest: for its root file system, and for the archive behind its ramdisk. */

import { armedSeconds } from '../../guests/metadata.ts'
import type { Domain } from '../../model/system-model.ts'
import type { Artifact, Emitter } from '../artifact.ts'
import { templates } from '../templates.ts'
import type { CpioFile } from '../virtio/cpio.ts'

const PROGRAM = 'etc/domforge/watchdog'
const UNIT = 'domforge-watchdog.service'
const UNITS = 'etc/systemd/system'
const SYSTEMD = 'etc/systemd/system.conf.d/domforge-watchdog.conf'
const MODULES = 'etc/modules-load.d/domforge-watchdog.conf'

/** Files for a root file system. */
export const guestWatchdogs: Emitter = {
  name: 'guest-watchdog',
  summary: "a script and systemd settings that arm and feed a Linux guest's watchdog",
  emit: ({ plan }) =>
    plan.model.domains.flatMap((domain) => {
      const seconds = armedSeconds(domain)
      return seconds === undefined ? [] : filesOf(domain.name, seconds)
    }),
}

function filesOf(domain: string, seconds: number): readonly Artifact[] {
  const systemd = { domain, mode: '0644', init: 'systemd' } as const
  const file = (base: string, contents: string, install: Artifact['install'] & object): Artifact => ({
    path: `domains/${domain}/${base}`,
    contents,
    install,
  })
  return [
    file('watchdog', programText(domain, seconds), [{ domain, at: `/${PROGRAM}`, mode: '0755' }]),
    file('watchdog.conf', systemdText(seconds), [{ ...systemd, at: `/${SYSTEMD}` }]),
    file('watchdog-module.conf', MODULE, [{ ...systemd, at: `/${MODULES}` }]),
  ]
}

/**
 * The same files for the ramdisk. If that is the whole system, systemd feeds the watchdog, or the script does, which rc calls (BusyBox's runs /etc/init.d/S*,
 * sysvinit's /etc/rcS.d/S*). If another root file system follows, initramfs-tools, which reads every file of conf/conf.d, or systemd calls the script, which
 * puts settings into /run with which that root's systemd feeds the watchdog.
 */
export function guestWatchdogFiles(domain: Domain): readonly CpioFile[] {
  const seconds = armedSeconds(domain)
  if (seconds === undefined) return []
  const started = `../domforge/${PROGRAM.slice(PROGRAM.lastIndexOf('/') + 1)}`
  return [
    [PROGRAM, Buffer.from(programText(domain.name, seconds)), 'program'],
    [SYSTEMD, Buffer.from(systemdText(seconds))],
    [MODULES, Buffer.from(MODULE)],
    [`${UNITS}/${UNIT}`, Buffer.from(templates.guestWatchdogService({ domain: domain.name }))],
    [`${UNITS}/sysinit.target.wants/${UNIT}`, Buffer.from(`../${UNIT}`), 'link'],
    ['conf/conf.d/domforge-watchdog', Buffer.from(`/${PROGRAM} hand-over &\n`)],
    ['etc/init.d/S99domforge-watchdog', Buffer.from(started), 'link'],
    ['etc/rcS.d/S99domforge-watchdog', Buffer.from(started), 'link'],
  ]
}

const MODULE = 'xen_wdt\n'
const systemdText = (seconds: number): string => `[Manager]\nRuntimeWatchdogSec=${seconds}\n`

/** The script. It feeds after a third of the timeout, in whole seconds if that is at least one. */
const programText = (domain: string, seconds: number): string =>
  templates.guestWatchdog({
    domain,
    seconds,
    pause: seconds < 3 ? `0.${seconds * 3}` : String(Math.floor(seconds / 3)),
  })
