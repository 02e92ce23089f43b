/** The section `assert`. */
import { atKey, atValue, member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import type { ModelContext } from './context.ts'
import { type Declared, isDeclared } from './references.ts'
import type { Assertions } from './system-model.ts'

const PARENT = '/assert'

export function readAssertions(context: ModelContext, given: Manifest['assert'], domains: Declared): Assertions {
  const known = (pointer: string, names: readonly string[]): readonly string[] =>
    names.filter((name, index) => isDeclared(context, atValue(member(pointer, String(index))), name, domains))
  const isolated = Object.entries(given?.isolated ?? {}).map(([name, names = []]) => {
    const pointer = member(`${PARENT}/isolated`, name)
    return { pointer, name, domains: known(pointer, names) }
  })
  const onlyReaches = Object.entries(given?.['only-reaches'] ?? {}).flatMap(([domain, names = []]) => {
    const pointer = member(`${PARENT}/only-reaches`, domain)
    const others = known(pointer, names)
    return isDeclared(context, atKey(pointer), domain, domains) ? [{ pointer, domain, others }] : []
  })
  return { isolated, onlyReaches }
}
