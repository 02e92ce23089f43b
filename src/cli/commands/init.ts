import { writeFileSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { Findings } from '../../diagnostics/findings.ts'
import type { Template } from '../../init/domains.ts'
import { firstManifest } from '../../init/first-manifest.ts'
import { surveyBoard } from '../../init/survey.ts'
import type { Release } from '../../xen/releases.ts'
import { readBoard } from '../board-tree.ts'
import { EXIT } from '../exit-status.ts'
import { printFindings } from '../findings.ts'
import { stderr, stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'
import { refuseUsage } from '../refuse.ts'

/** The release that most who begin today have: Debian 13's. */
const RELEASE: Release = '4.20'

/** `domforge init <tree>`: a manifest on stdout or in a new file; what is wrong with the tree on stderr. */
export function init({ arguments: { tree: path = '' }, options }: Invocation): number {
  const findings = new Findings()
  const tree = readBoard(path, findings)
  if (!tree) {
    printFindings({ findings }, 'text', stderr)
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

/** As the manifest at `output` names it; it stays absolute when it was named so. */
const treePath = (path: string, output: string | undefined): string =>
  output === undefined || isAbsolute(path) ? path : relative(dirname(resolve(output)), resolve(path))

function print(text: string): number {
  stdout.write(text)
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
    stderr.write(`domforge: ${output} cannot be written: ${error.message}\n`)
    return EXIT.unwritten
  }
}
