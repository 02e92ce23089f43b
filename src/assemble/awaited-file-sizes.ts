/** Files that did not exist when the tree was built: the script checks their sizes, and writes these into the tree. */
import { wideCells } from '../devicetree/build.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { FileFacts } from '../facts/facts.ts'
import { factsOfFile, type LoadedFile, type SystemPlan } from '../plan/system-plan.ts'
import { CELLS } from '../xen/bindings.ts'
import type { BootCommand, LoadLimit, TreeEdit } from './assembly.ts'
import { fdtValue } from './fdt-value.ts'
import { moduleName } from './module-node.ts'

/** Whether a file is built later. */
const isAwaited = (file: FileFacts | undefined): boolean =>
  file?.format.kind === 'missing' && file.declared !== undefined

/** What `file` is checked for when it is loaded; `undefined`: it existed, and its exact size is known. */
export function loadLimit(file: LoadedFile): LoadLimit | undefined {
  const facts = factsOfFile(file)
  if (!facts || !isAwaited(facts)) return undefined
  return { size: facts.size, sizeTo: sizeVariable(file), runsInPlace: file.kind === 'xen' }
}

/** Variable for the size of a file. Its name is unique, as no two files have the same address. */
const sizeVariable = (file: LoadedFile): string => `domforge_size_${file.address.value.toString(16)}`

/**
 * Commands that write real sizes into `reg` of modules, when everything is loaded and the tree is complete. Values keep their length, so the tree needs no
 * room for them. A module with metadata behind its file is left out: its size does not depend on the file's.
 */
export function writeRealSizes({ load, dom0 }: SystemPlan): readonly BootCommand[] {
  const awaited = load.modules.filter((file) => !file.behind && isAwaited(factsOfFile(file)))
  if (awaited.length === 0) return []
  const edits = awaited.flatMap((file) =>
    file.usedBy.map((domain) => setReg(file, domain === dom0?.domain.name ? '/chosen' : `/chosen/${domain}`)),
  )
  const open: TreeEdit = { kind: 'fdt-addr', address: load.deviceTree.address.value }
  return [
    { kind: 'edit-tree', what: 'sizes of files that did not exist when the tree was made', edits: [open, ...edits] },
  ]
}

/** Sets `reg`, with two cells each for address and size. The upper cell of the size is 0: files are smaller than 4 GiB. */
function setReg(file: LoadedFile, parent: string): TreeEdit {
  const address = fdtValue([wideCells(file.address.value, CELLS)], () => undefined)
  if (address.kind !== 'cells') throw new InternalError('an address that is not written in cells')
  const cells = [...address.cells, 0n, { variable: sizeVariable(file) }]
  return { kind: 'fdt-set', path: `${parent}/${moduleName(file)}`, property: 'reg', value: { kind: 'cells', cells } }
}
