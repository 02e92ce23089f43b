/** Trees as short lines of text, for expectations. */
import { type DeviceTree, type DtPart, walk } from '../../../src/devicetree/model.ts'

const partText = (part: DtPart): string => {
  if (part.kind === 'string') return JSON.stringify(part.text)
  if (part.kind === 'bytes') return `[${Buffer.from(part.data).toString('hex')}]`
  if (part.kind === 'path') return 'label' in part.target ? `&${part.target.label}` : `&{${part.target.path}}`
  const cells = part.cells.map((cell) => (typeof cell === 'bigint' ? String(cell) : '&'))
  return `${part.bits === 32 ? '' : `/bits/ ${part.bits} `}<${cells.join(' ')}>`
}

/** One line for each node (`l0: /path`) and property (`  p = <1>, "x"`). */
export function outline(tree: DeviceTree): string[] {
  const lines: string[] = []
  for (const { node, path } of walk(tree.root)) {
    lines.push([...node.labels.map((label) => `${label}:`), path].join(' '))
    for (const { name, labels = [], value } of node.properties) {
      const left = [...labels.map((label) => `${label}:`), name].join(' ')
      lines.push(`  ${left}${value.length > 0 ? ` = ${value.map(partText).join(', ')}` : ''}`)
    }
  }
  return lines
}
