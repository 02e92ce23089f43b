/** U-Boot's command `fdt` (cmd/fdt.c, the same from 2019.01 to 2026.10). It reads numbers as hexadecimal, except between `<` and `>`. */
import type { FdtCell, FdtValue, TreeEdit } from '../assemble/assembly.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import { hex } from '../units/format.ts'
import { isPlainWord, ubootWord } from './uboot-quoting.ts'

type Mknod = Extract<TreeEdit, { kind: 'fdt-mknod' }>
type Set = Extract<TreeEdit, { kind: 'fdt-set' }>

/** A command for an edit, which fails if the edit does. */
export function fdtCommand(edit: TreeEdit): string {
  switch (edit.kind) {
    case 'fdt-addr':
      return `fdt addr ${typeof edit.address === 'bigint' ? hex(edit.address) : `\${${edit.address.variable}}`}`
    case 'fdt-move':
      return `fdt move \${${edit.from.variable}} ${hex(edit.to)} ${hex(edit.size)}`
    case 'fdt-resize':
      return `fdt resize ${hex(edit.extra)}`
    case 'fdt-apply':
      return `fdt apply ${hex(edit.address)}`
    case 'fdt-mknod':
      return mknod(edit)
    case 'fdt-set':
      return set(edit)
    case 'fdt-rm':
      return `fdt rm ${ubootWord(edit.path)} ${ubootWord(edit.property)}`
    case 'fdt-get':
      return `fdt get value ${edit.variable} ${ubootWord(edit.path)} ${edit.property}`
  }
}

/** Creates a node. With `unlessThere` the command first tests whether it exists, by asking for its number of children, which prints nothing. */
function mknod({ parent, name, unlessThere }: Mknod): string {
  const make = `fdt mknod ${ubootWord(parent)} ${ubootWord(name)}`
  const path = `${parent === '/' ? '' : parent}/${name}`
  return unlessThere ? `fdt get size domforge_children ${ubootWord(path)} || ${make}` : make
}

function set({ path, property, value }: Set): string {
  const words = ['fdt', 'set', path, property]
  if (value.kind !== 'cells' || !value.cells.some(isVariable))
    return [...words, ...valueWords(value)].map(ubootWord).join(' ')
  const odd = words.find((word) => !isPlainWord(word))
  if (odd !== undefined) throw new InternalError(`a line with a variable cannot have the word ${odd}`)
  return `${words.join(' ')} "<${value.cells.map(cellText).join(' ')}>"`
}

/** Words of a value. A list of cells or of bytes is one word, so that U-Boot's limit of words does not limit it. */
function valueWords(value: FdtValue): readonly string[] {
  switch (value.kind) {
    case 'strings':
      return value.strings
    case 'cells':
      return [`<${value.cells.map(cellText).join(' ')}>`]
    case 'bytes':
      return [`[${[...value.data].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}]`]
  }
}

const isVariable = (cell: FdtCell): boolean => typeof cell === 'object'

const cellText = (cell: FdtCell): string => {
  if (typeof cell !== 'object') return hex(cell)
  return cell.prefixed ? `\${${cell.variable}}` : `0x\${${cell.variable}}`
}
