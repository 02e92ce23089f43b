/** OUT: what the formats of the output cannot hold, apart from what Xen and xl refuse. */
import type { Assembly } from '../../assemble/assembly.ts'
import type { Rule } from '../rule.ts'
import { fatPaths } from './fat-paths.ts'
import { distinctNames, settable } from './fdt-commands.ts'
import { mediumPaths } from './medium-paths.ts'
import { encodable, noLeftOverRamdisk, noNamesakes, representable, sameCells } from './tree.ts'
import { baseNames, wholeMiB } from './xl-files.ts'

export const outputRules: readonly Rule<Assembly>[] = [
  { code: 'OUT-010', check: baseNames },
  { code: 'OUT-011', check: mediumPaths },
  { code: 'OUT-012', check: representable },
  { code: 'OUT-013', check: noNamesakes },
  { code: 'OUT-014', check: encodable },
  { code: 'OUT-015', check: wholeMiB },
  { code: 'OUT-016', check: sameCells },
  { code: 'OUT-022', check: noLeftOverRamdisk },
  { code: 'OUT-018', check: distinctNames },
  { code: 'OUT-019', check: settable },
  { code: 'OUT-020', check: fatPaths('yes') },
  { code: 'OUT-021', check: fatPaths('unknown') },
]
