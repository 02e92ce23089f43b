/** A user's own program, with the numbers of the device in the places that the manifest names. */
import type { PlannedMmio } from '../plan/virtio/planned-virtio.ts'
import { hex } from '../units/format.ts'
import type { Known, Word } from './words.ts'

/** What a word may hold in place of a number that is known when the guest runs, or was planned. */
export const COMMAND_PLACES: readonly string[] = [
  ...['{domain-id}', '{ready}', '{base}', '{interrupt}', '{vcpus}', '{name}'],
]

const PLACE = /(\{[a-z-]+\})/

/** Its words; `{name}` and the like within them become what they stand for, others stay as they are. */
export function commandWords(words: readonly string[], planned: PlannedMmio, vcpus: number): readonly Word[] {
  const { device, window, interrupt } = planned
  const known: Readonly<Record<string, string | Known>> = {
    '{domain-id}': { known: 'id' },
    '{ready}': { known: 'ready' },
    '{base}': hex(window.value.base),
    '{interrupt}': String(interrupt.value),
    '{vcpus}': String(vcpus),
    '{name}': device.name,
  }
  return words.map((word) =>
    word
      .split(PLACE)
      .filter((piece) => piece !== '')
      .map((piece) => known[piece] ?? piece),
  )
}
