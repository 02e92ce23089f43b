/** Guests that use a virtio device over shared memory with the example in C, and restart it: what is added to their ramdisks, and their scripts. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guestProgram } from '../debian/guest-program.ts'
import { type CpioEntry, program } from './cpio.ts'

/** Messages in each direction of one exchange. */
export const MESSAGES = 2000

/** How often each end is killed at any moment, besides; by hand more often, or a few times (`DOMFORGE_RESTARTS`). */
export const RESTARTS = Number(process.env['DOMFORGE_RESTARTS'] ?? 1000)

/** An end that is killed has received so many. */
const DIES_AFTER = 300

const source = (name: string): string => fileURLToPath(new URL(`../../examples/static-link/${name}`, import.meta.url))

const LIBRARY = ['static-link.c', 'messages.c', 'config.c', 'split-ring.c', 'packed-ring.c']

const HEADERS = [
  ...['static-link.h', 'ends.h', 'rings.h', 'shared-words.h'],
  ...['linux/environment.h', 'linux/rpmsg.h'],
]

const PREFIX = 'DOMFORGE_SAMPLES_LINK__'

/** The second device, a network card with packed queues, of the same two guests. */
const SECOND = 'DOMFORGE_ETH__'

export const MAC = '02:00:00:00:00:2a'

/** What the system has in addition, for a manifest that extends the example. */
export const secondDevice = `event-channels:
  eth-kick: { ends: { sensor: {}, fusion: {} } }
virtio:
  eth:
    type: net
    transport: static-shm
    layout: static-vrings
    frontend: fusion
    backend: sensor
    memory: samples
    notify: eth-kick
    features: [mac, ring-packed]
    config: { mac: "${MAC}" }
    queues: { rx: { size: 16 }, tx: { size: 16 } }
    buffers: { count: 32, size: 1526 }
`

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
${runs.map(([name, command]) => `${command} 2>&1 | say ${name}\n`).join('')}${storm()}`
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

/** Messages of each exchange between ends that may be killed at any moment. */
const SHORT = 200

/** An end that is no longer killed waits so long, and a tenth of a second for each time that the other one is still to be killed. */
const WAITS_SECONDS = 200

/** So many exchanges in a row with one and the same start of the other end: it is no longer killed. */
const IN_A_ROW = 5

/**
 * Both ends with both devices, killed at any moment and started again, then left alone until each has had exchanges with the last start of the other.
 * What is wrong is said, and how many exchanges were complete or lost half-way between the kills. The shell counts by itself:
 * on an emulator each program that it started between two kills would take about as long as the end lives.
 */
function storm(): string {
  const both = `/bin/exchange --env /etc/domforge/virtio.env --device ${PREFIX} --device ${SECOND} --messages ${SHORT} --exchanges 100000000`
  return `wrong() {
  while IFS= read -r line; do
    case $line in
      configuration*) ;;
      lost*) lost=$((lost + 1)) ;;
      *complete:*) complete=$((complete + 1)) ;;
      *) echo "exchange |storm: $line|" >>/facts ;;
    esac
  done </storm
}
n=0 lost=0 complete=0
while [ $n -lt ${RESTARTS} ]; do
  ${both} >/storm 2>&1 &
  usleep $((RANDOM * 5))
  kill -9 $!
  wait
  wrong
  n=$((n + 1))
done
echo "exchange |killed: $n times: $complete complete, $lost lost|" >>/facts
${both} >/storm 2>&1 &
n=0
peers() { grep "$1 complete" /storm | tail -n ${IN_A_ROW} | sed 's/.*peer generation //' | uniq -c | grep -c '^ *${IN_A_ROW} '; }
while [ $n -lt ${WAITS_SECONDS + Math.ceil(RESTARTS / 10)} ] && [ "$(peers ${PREFIX})$(peers ${SECOND})" != 11 ]; do
  sleep 1
  n=$((n + 1))
done
wrong
grep '^configuration' /storm | tail -n 1 | say calm
for device in ${PREFIX} ${SECOND}; do grep "$device complete" /storm | tail -n 1 | sed 's/DOMFORGE_\\(.*\\)__ .* generation \\([0-9]*\\), peer generation /\\1 \\2 /' | say calm; done
`
}

/** A complete exchange, as its program says it. */
export interface Completed {
  readonly run: string
  readonly sent: number
  readonly received: number
  readonly generation: number
  readonly peer: number
}

/** The complete exchanges of one device among what a guest said. */
export const completed = (lines: readonly string[]): readonly Completed[] =>
  lines.flatMap((line) => {
    const match = /^(\w+): complete: (\d+) sent, (\d+) received, generation (\d+), peer generation (\d+)$/.exec(line)
    if (!match) return []
    const [sent = 0, received = 0, generation = 0, peer = 0] = match.slice(2).map(Number)
    return [{ run: match[1] ?? '', sent, received, generation, peer }]
  })
