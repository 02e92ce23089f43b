/** GPIOs, of the device and of what is kept below it: the lines are another device's. */
import { property } from '../../devicetree/build.ts'
import { type DtNode, hasProperty } from '../../devicetree/model.ts'
import type { TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { Choice } from '../closure.ts'
import type { Dependency } from './dependency.ts'
import { isGpio, providersOf } from './references.ts'

/** Says that a card may come and go though nothing tells of it (Linux Documentation/devicetree/bindings/mmc/mmc-controller.yaml). */
const POLLED = 'broken-cd'

const DETECT = 'cd-gpios'

export const gpios: Dependency = (node, _place, { index }) => {
  if (hasProperty(node, 'gpio-hog')) return {}
  const names = node.properties.flatMap(({ name }) => (isGpio(name) ? [name] : []))
  const mustPoll = names.includes(DETECT) && !['non-removable', POLLED].some((name) => hasProperty(node, name))
  return {
    set: mustPoll ? [property(POLLED, [])] : [],
    remove: [...names, 'cd-inverted', 'wp-inverted'],
    choices: names.flatMap((name) => (name === DETECT ? detected(node, index, mustPoll) : lines(node, index, name))),
  }
}

function detected(node: DtNode, index: TreeIndex, mustPoll: boolean): readonly Choice[] {
  const what = mustPoll
    ? 'the guest polls for the card (broken-cd); for a soldered one set non-removable in extra-properties'
    : 'not needed: the card is always there, or polled for'
  return providersOf(index, node, DETECT).map((provider) => ({
    dependency: DETECT,
    fate: mustPoll ? 'replaced' : 'dropped',
    provider,
    what,
    weight: 'note',
  }))
}

const lines = (node: DtNode, index: TreeIndex, dependency: string): readonly Choice[] =>
  providersOf(index, node, dependency).map((provider) => ({
    dependency,
    fate: 'dropped',
    provider,
    what: 'the lines stay as firmware or the host left them',
    weight: 'warning',
  }))
