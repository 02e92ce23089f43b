import { describe, expect, it } from 'vitest'
import { assemble } from '../../../src/assemble/assemble.ts'
import { outputRules } from '../../../src/checks/output/rules.ts'
import { runRules } from '../../../src/checks/rule.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import { dom0less, file, makePlan } from '../../plan/builder.ts'

const kernel = (path: string) => ({
  pointer: '/domains/a/kernel',
  image: file(path, '/domains/a/kernel/image'),
  bootargs: '',
})

function codes(command: string, path: string): readonly string[] {
  const load = { from: 'command', command, prefix: '', pointer: '/boot/load' } as const
  const findings = new Findings()
  const plan = makePlan({ load, domains: [dom0less('a', { kernel: kernel(path) })] })
  runRules(outputRules, assemble(plan), findings.report)
  return findings.all.map(({ code }) => code)
}

describe("a path behind a command of the user's", () => {
  it('may need quotes, unless the command has a variable: such a line is read twice', () => {
    expect(codes('ext4load mmc 0:2', 'my Image')).toEqual([])
    expect(codes(`ext4load mmc \${dev}:2`, 'Image')).toEqual([])
    expect(codes(`ext4load mmc \${dev}:2`, 'my Image')).toEqual(['OUT-011'])
  })

  it('may have a colon', () => {
    expect(codes('nfs', 'a:Image')).toEqual([])
  })
})
