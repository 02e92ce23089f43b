/**
 * Xen's rules over a tree alone. Comments at its head say what is in memory: `// at 0x48000000 Image`, also with the source of a partial tree, and
 * `// tree at 0x40600000` for the tree itself. `// entry bootefi`: EFI starts Xen.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MemoryAtBoot } from '../../../src/checks/xen/boot-context.ts'
import { checkXen } from '../../../src/checks/xen/check-xen.ts'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { type Diagnostic, inFile } from '../../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import type { FileFacts } from '../../../src/facts/facts.ts'
import { readImageFile } from '../../../src/facts/image-file.ts'
import { parseKconfig } from '../../../src/facts/kconfig.ts'
import { bytes, hostPhys } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'
import { releaseOf } from '../../../src/xen/releases.ts'
import { xenVersion } from '../../../src/xen/version.ts'

/** Findings on `folder/name`. Files that it includes or names are in the same folder, as is `xen.config`. */
export function lint(folder: string, name: string): readonly Diagnostic[] {
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
  const text = read(name)
  const tree = parseDts(text, { file: name, include: (wanted) => ({ file: wanted, text: read(wanted) }) })
  if (!tree.ok) throw new Error(tree.problems.map(({ message }) => message).join('\n'))
  const release = /^\/\/ release (\S+)$/m.exec(text)?.[1] ?? ''
  const version = xenVersion(release)
  const judged = version && releaseOf(version.branch)
  if (!judged) throw new Error(`${name} does not say for which release it is`)
  const kconfig = parseKconfig(read('xen.config'), 'xen.config')
  if (!kconfig.ok) throw new Error('xen.config is damaged')
  const memory = memoryAtBoot(folder, text)
  const findings = new Findings()
  const xen = { release: judged, ...(version.point === undefined ? {} : { point: version.point }) }
  const entry = /^\/\/ entry bootefi$/m.test(text) ? 'bootefi' : 'booti'
  const context = { tree: tree.value, entry, ...xen, kconfig: kconfig.value, origin: inFile(name) } as const
  checkXen(memory ? { ...context, memory } : context, findings.judge)
  return findings.all
}

function memoryAtBoot(folder: string, text: string): MemoryAtBoot | undefined {
  const modules = [...text.matchAll(/^\/\/ at (\S+) (\S+)$/gm)].map(([, address = '', name = '']) => {
    const file = factsOf(folder, name)
    const module = { range: range(hostPhys(BigInt(address)), file.size), path: name, file }
    if (!name.endsWith('.dts')) return module
    const tree = parseDts(readFileSync(join(folder, name), 'utf8'), { file: name })
    if (!tree.ok) throw new Error(`${name} is no device tree`)
    return { ...module, tree: tree.value }
  })
  if (modules.length === 0) return undefined
  const xenFile = factsOf(folder, 'xen')
  return {
    xen: range(hostPhys(0x4020_0000n), xenFile.size),
    deviceTree: range(hostPhys(BigInt(/^\/\/ tree at (\S+)$/m.exec(text)?.[1] ?? 0x4060_0000)), bytes(0x20_0000)),
    modules,
    isComplete: true,
  }
}

function factsOf(folder: string, path: string): FileFacts {
  const image = readImageFile(join(folder, path))
  if (!image.ok) throw new Error(`${path} cannot be read`)
  return { path, size: image.size, format: image.format }
}
