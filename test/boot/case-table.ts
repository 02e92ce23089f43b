/** A reporter of vitest: at the end, one line for each test with its time and result. */
import { relative } from 'node:path'
import type { TestModule } from 'vitest/node'

interface Row {
  readonly file: string
  readonly name: string
  readonly milliseconds: number
  readonly state: string
}

export default class CaseTable {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.flatMap(rowsOf)
    const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
    const lines = [...rows, { file: '', name: `${rows.length} cases`, milliseconds: total, state: '' }].map(printRow)
    process.stdout.write(`\n${lines.join('\n')}\n`)
  }
}

const rowsOf = (module: TestModule): Row[] =>
  [...module.children.allTests()].map((test) => ({
    file: relative(module.project.config.root, module.moduleId).replace(/^test\/boot\/|\.test\.ts$/g, ''),
    name: test.name,
    milliseconds: test.diagnostic()?.duration ?? 0,
    state: test.result().state,
  }))

const printRow = ({ file, name, milliseconds, state }: Row): string =>
  `${(milliseconds / 1000).toFixed(1).padStart(7)} s  ${state.padEnd(8)} ${file.padEnd(20)} ${name}`
