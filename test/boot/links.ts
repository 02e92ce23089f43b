/** Guests that use the memory and the channels that they share: what is added to their ramdisks, and what they must say of it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dom0Pieces } from '../debian/dom0-pieces.ts'
import type { DebianRelease } from '../debian/fetch.ts'
import { guestProgram } from '../debian/guest-program.ts'
import { kernelModule } from '../debian/kernel-module.ts'
import { type CpioEntry, file, folder, program } from './cpio.ts'
import type { PlanJson } from './expectations.ts'

const here = (name: string): string => fileURLToPath(new URL(`guest/${name}`, import.meta.url))

/** Modules and the program with which a guest of `release`'s kernel tries its links, and the script that does it for `name`, and `afterwards` more. */
export async function linkEntries(
  release: DebianRelease,
  plan: PlanJson,
  name: string,
  afterwards = '',
): Promise<readonly CpioEntry[]> {
  const { modules } = await dom0Pieces(release)
  const shm = await kernelModule(release, 'xen-shm', here('../../../examples/static-link/linux/xen-shm'))
  const probe = await guestProgram('probe', [here('probe.c')])
  return [
    folder('modules'),
    file('modules/xen-shm.ko', readFileSync(shm)),
    file('modules/xen-evtchn.ko', readFileSync(`${modules}/xen-evtchn.ko`)),
    program('bin/probe', readFileSync(probe)),
    program('etc/more', script(plan, name) + afterwards),
  ]
}

/** Memory first: it needs nothing that the channels need. Every link is one fact. */
function script(plan: PlanJson, name: string): string {
  const tries = [
    ...regionsOf(plan, name).map(({ region, id, size, half, seed }) => [
      region,
      `/bin/probe memory /dev/xen-shm-${id} ${size} ${half} ${seed}`,
    ]),
    ...channelsOf(plan, name).map(({ channel, port }) => [channel, `/bin/probe event ${port}`]),
  ]
  return `insmod /modules/xen-shm.ko
insmod /modules/xen-evtchn.ko
try() { link=$1; shift; result=$("$@" 2>&1) && echo "link |$link works|" || echo "link |$link: $result|"; }
${tries.map(([link, command]) => `try ${link} ${command} >>/facts\n`).join('')}`
}

/** What a guest must report of its links; sorted. */
export const expectedLinks = (plan: PlanJson, name: string): readonly string[] =>
  [...regionsOf(plan, name).map(({ region }) => region), ...channelsOf(plan, name).map(({ channel }) => channel)]
    .map((link) => `${link} works`)
    .toSorted()

const regionsOf = (plan: PlanJson, name: string) =>
  Object.entries(plan.regions).flatMap(([region, { id, host, access }], index) => {
    const half = Object.keys(access).indexOf(name)
    return half < 0 ? [] : [{ region, id: id.value, size: host.size.value, half, seed: 1000 * (index + 1) }]
  })

const channelsOf = (plan: PlanJson, name: string) =>
  Object.entries(plan.channels).flatMap(([channel, { ends }]) => {
    const end = ends[name]
    return end ? [{ channel, port: end.port.value }] : []
  })
