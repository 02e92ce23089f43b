import { Findings } from '../../diagnostics/findings.ts'
import { inventoryOf } from '../../inventory/inventory.ts'
import { inventoryRecord } from '../../inventory/record.ts'
import { readBoard } from '../board-tree.ts'
import { EXIT } from '../exit-status.ts'
import { printFindings } from '../findings.ts'
import { inventoryText } from '../inventory/text.ts'
import { stderr, stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'

/** `domforge devices <tree>`: the devices on stdout; what is wrong with the tree on stderr. */
export function devices({ arguments: { tree: path = '' }, options }: Invocation): number {
  const findings = new Findings()
  const json = options['format'] === 'json'
  const tree = readBoard(path, findings)
  if (!tree) {
    printFindings({ findings }, json ? 'json' : 'text', stderr)
    return EXIT.unreadable
  }
  const inventory = inventoryOf(tree)
  stdout.write(
    json
      ? `${JSON.stringify(inventoryRecord(path, inventory), null, 2)}\n`
      : inventoryText(inventory, options['all'] === true),
  )
  return EXIT.ok
}
