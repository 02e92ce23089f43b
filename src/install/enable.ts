/** Links by which an init system starts a service with the machine, as `systemctl enable` and `rc-update add` make them. */
import { posix } from 'node:path'
import type { Installable } from './record.ts'

/** A symbolic link that is to be made. */
export interface Link {
  /** Path below the root of the domain's file system. */
  readonly at: string
  /** As seen in the domain. */
  readonly target: string
}

/** `text`: of the file. Nothing for sysvinit, where the order of all services together gives the numbers: `update-rc.d` makes its links. */
export function enablingLink({ init, at }: Installable, text: string): Link | undefined {
  const { dir, base } = posix.parse(at)
  if (init === 'openrc' && dir === 'etc/init.d') return { at: `etc/runlevels/default/${base}`, target: `/${at}` }
  const [, wanted] = /^WantedBy=([\w-]+\.target)$/m.exec(text) ?? []
  if (init !== 'systemd' || dir !== 'etc/systemd/system' || wanted === undefined) return undefined
  return { at: `${dir}/${wanted}.wants/${base}`, target: `../${base}` }
}
