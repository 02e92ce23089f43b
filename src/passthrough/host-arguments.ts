/** What a Linux that has the rest of the hardware switches off late in its boot because no driver of its own uses it. */

import { isSupply } from './closure/references.ts'
import type { Choice, Closure } from './closure.ts'

interface Switch {
  /** The kernel argument that stops it (Linux Documentation/admin-guide/kernel-parameters.txt). */
  readonly argument: 'clk_ignore_unused' | 'pd_ignore_unused' | 'regulator_ignore_unused'
  readonly concerns: (choice: Choice) => boolean
}

/** What a guest has copied runs by itself. */
const SWITCHES: readonly Switch[] = [
  {
    argument: 'clk_ignore_unused',
    concerns: ({ dependency, fate }) => dependency === 'clocks' && fate !== 'copied',
  },
  { argument: 'pd_ignore_unused', concerns: ({ dependency }) => dependency === 'power-domains' },
  {
    argument: 'regulator_ignore_unused',
    concerns: ({ dependency, weight }) => isSupply(dependency) && weight === 'warning',
  },
]

export interface NeededArgument {
  readonly argument: Switch['argument']
  /** What would be switched off. */
  readonly because: readonly Choice[]
}

/** The arguments without which that Linux would switch off what the device runs on. `regulator_ignore_unused` came with Linux 6.8. */
export const argumentsNeeded = ({ choices }: Closure): readonly NeededArgument[] =>
  SWITCHES.flatMap(({ argument, concerns }) => {
    const because = choices.filter((choice) => concerns(choice) && choice.provider !== undefined)
    return because.length === 0 ? [] : [{ argument, because }]
  })
