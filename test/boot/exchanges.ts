/** Guests that use a virtio device over shared memory with the example in C, and restart it: what is added to their ramdisks, and their scripts. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guestProgram } from '../debian/guest-program.ts'
import { type CpioEntry, program } from './cpio.ts'

/** Messages in each direction of one exchange. */
export const MESSAGES = 2000

/** An end that is killed has received so many. */
const DIES_AFTER = 300

const source = (name: string): string => fileURLToPath(new URL(`../../examples/static-link/${name}`, import.meta.url))

const LIBRARY = ['static-link.c', 'messages.c', 'config.c', 'split-ring.c', 'packed-ring.c']

const HEADERS = [
  ...['static-link.h', 'ends.h', 'rings.h', 'shared-words.h'],
  ...['linux/environment.h', 'linux/rpmsg.h'],
]

const PREFIX = 'DOMFORGE_SAMPLES_LINK__'

/** The program that reads its layout at run time, and the one that has the header of this guest, a file `header`, compiled in. */
export async function exchangePrograms(guest: string, header: string): Promise<readonly CpioEntry[]> {
  const core = [...LIBRARY.map(source), source('linux/exchange.c')]
  const plain = await guestProgram('exchange', [...core, source('linux/environment.c')], [], HEADERS.map(source))
  const names = ['-DQUEUES=SPLIT(RX) SPLIT(TX)', `-DDEVICE=${PREFIX}`, '-DLAYOUT_HEADER="virtio.h"']
  const compiledIn = await guestProgram(
    `exchange-of-${guest}`,
    core,
    [...names, `-I${dirname(header)}`],
    [header, ...HEADERS.map(source)],
  )
  return [program('bin/exchange', readFileSync(plain)), program('bin/exchange-with-header', readFileSync(compiledIn))]
}

/** What an end runs, one program after the other: metadata from the archive first, then compiled in. Ends wait for each other. */
export function exchangeScript(role: 'driver' | 'device'): string {
  const runs = role === 'driver' ? DRIVER : DEVICE
  return `say() { while IFS= read -r line; do echo "exchange |$1: $line|"; done >>/facts; }
own=/proc/device-tree/passthrough/virtio-static-shm/samples-link
[ -d $own ] && echo "$(tr '\\0' ' ' <$own/region-id)$(tr '\\0' ' ' <$own/role)$(hexdump -v -e '1/1 "%02x"' $own/region)" | say tree
${runs.map(([name, command]) => `${command} 2>&1 | say ${name}\n`).join('')}`
}

const run = (exchanges: number, more = ''): string =>
  `/bin/exchange --env /etc/domforge/virtio.env --device ${PREFIX} --messages ${MESSAGES} --exchanges ${exchanges}${more}`

const withHeader = (more = ''): string => `/bin/exchange-with-header --messages ${MESSAGES} --exchanges 1${more}`

const DIE = ` --die-after ${DIES_AFTER}`

/** The driver is killed in the second run; the device sees it come again. */
const DRIVER = [
  ['first', run(1)],
  ['killed', run(1, DIE)],
  ['again', run(1)],
  ['survivor', withHeader()],
] as const

/** The device is killed in the second run; the driver sees it come again. */
const DEVICE = [
  ['survivor', run(2)],
  ['killed', withHeader(DIE)],
  ['again', withHeader()],
] as const

/** A complete exchange, as its program says it. */
export interface Completed {
  readonly run: string
  readonly sent: number
  readonly received: number
  readonly generation: number
  readonly peer: number
}

/** The complete exchanges among what a guest said. */
export const completed = (lines: readonly string[]): readonly Completed[] =>
  lines.flatMap((line) => {
    const match = /^(\w+): complete: (\d+) sent, (\d+) received, generation (\d+), peer generation (\d+)$/.exec(line)
    if (!match) return []
    const [sent = 0, received = 0, generation = 0, peer = 0] = match.slice(2).map(Number)
    return [{ run: match[1] ?? '', sent, received, generation, peer }]
  })
