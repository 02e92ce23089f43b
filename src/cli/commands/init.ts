import { writeFileSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import type { DeviceTree } from '../../devicetree/model.ts'
import { inFile } from '../../diagnostics/diagnostic.ts'
import { Findings } from '../../diagnostics/findings.ts'
import { readWhole } from '../../facts/disk.ts'
import { LARGEST_TREE, treeFrom } from '../../facts/host-tree.ts'
import { InputList } from '../../facts/inputs.ts'
import type { Template } from '../../init/domains.ts'
import { firstManifest } from '../../init/first-manifest.ts'
import { surveyBoard } from '../../init/survey.ts'
import type { Release } from '../../xen/releases.ts'
import { EXIT } from '../exit-status.ts'
import { printFindings } from '../findings.ts'
import type { Invocation } from '../parse.ts'
import { refuseUsage } from '../refuse.ts'

/** The release that most who begin today have: Debian 13's. */
const RELEASE: Release = '4.20'

/** `domforge init <tree>`: a manifest on stdout or in a new file; what is wrong with the tree on stderr. */
export function init({ arguments: { tree: path = '' }, options }: Invocation): number {
  const findings = new Findings()
  const tree = readBoard(path, findings)
  if (!tree) {
    printFindings({ findings }, 'text', process.stderr)
    return EXIT.unreadable
  }
  const output = options['output'] === undefined ? undefined : String(options['output'])
  const text = firstManifest({
    survey: surveyBoard(tree, path, RELEASE),
    treePath: treePath(path, output),
    template: String(options['template']) as Template,
    release: RELEASE,
  })
  return output === undefined ? print(text) : writeNew(output, text)
}

function readBoard(path: string, { report }: Findings): DeviceTree | undefined {
  const file = readWhole(resolve(path), LARGEST_TREE)
  if (!file.ok) {
    report(file.why === 'not a file' ? 'REF-011' : 'REF-010', { at: inFile(path), message: `${path} ${file.reason}` })
    return undefined
  }
  const tree = treeFrom(file.data, { path, folder: '' }, false, new InputList())
  if (tree.ok) return tree.value.tree
  const remedy = 'name a device tree, a blob or a source that cpp has been over'
  for (const { message, at, help } of tree.problems)
    report('REF-013', { at: at ?? inFile(path), message, help: help ?? remedy })
  return undefined
}

/** As the manifest at `output` names it; it stays absolute when it was named so. */
const treePath = (path: string, output: string | undefined): string =>
  output === undefined || isAbsolute(path) ? path : relative(dirname(resolve(output)), resolve(path))

function print(text: string): number {
  process.stdout.write(text)
  return EXIT.ok
}

/** Never over a manifest that somebody has worked on. */
function writeNew(output: string, text: string): number {
  try {
    writeFileSync(output, text, { flag: 'wx' })
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code === 'EEXIST') return refuseUsage(`${output} is there already, and is not overwritten`)
    process.stderr.write(`domforge: ${output} cannot be written: ${error.message}\n`)
    return EXIT.unwritten
  }
}
