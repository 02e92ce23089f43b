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
  runRules(outputRules, assemble(plan), findings.judge)
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

describe('a path that is asked of a TFTP server', () => {
  function found(path: string, prefix = ''): readonly (readonly [string, string])[] {
    const findings = new Findings()
    const load = { from: 'tftp', prefix, pointer: '/boot/load' } as const
    const plan = makePlan({ load, domains: [dom0less('a', { kernel: kernel(path) })] })
    runRules(outputRules, assemble(plan), findings.judge)
    return findings.all.map(({ code, at }) => [code, at.kind === 'manifest' ? at.pointer : ''])
  }

  const AT = '/domains/a/kernel/image'

  it('has at most 127 characters with its prefix', () => {
    expect(found('x'.repeat(127))).toEqual([])
    expect(found('x'.repeat(128))).toEqual([['OUT-011', AT]])
    expect(found('x'.repeat(100), `${'y'.repeat(26)}/`)).toEqual([])
    expect(found('x'.repeat(100), `${'y'.repeat(27)}/`)).toEqual([['OUT-011', AT]])
    expect(found('Image', `${'y'.repeat(200)}/`)).toEqual([['OUT-011', '/boot/load/prefix']])
  })

  it('is counted without the address of a server', () => {
    expect(found('x'.repeat(126), '10.0.0.1:/')).toEqual([])
    expect(found('x'.repeat(127), '10.0.0.1:/')).toEqual([['OUT-011', AT]])
  })

  it('has no quote and no colon, and may have what a file system cannot hold', () => {
    expect(found('a"b')).toEqual([['OUT-011', AT]])
    expect(found('a:b')).toEqual([['OUT-011', AT]])
    expect(found('Image. ')).toEqual([])
    expect(found('a|b?<c>*')).toEqual([])
  })

  it("may have anything after a command of the user's", () => {
    expect(codes('tftpboot', 'x'.repeat(200))).toEqual([])
  })
})
