import { describe, expect, it } from 'vitest'
import { assemble } from '../../../src/assemble/assemble.ts'
import { outputRules } from '../../../src/checks/output/rules.ts'
import { runRules } from '../../../src/checks/rule.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import type { LoadMethod } from '../../../src/model/system-model.ts'
import type { SystemPlan } from '../../../src/plan/system-plan.ts'
import { bytes, PAGE } from '../../../src/units/quantities.ts'
import { dom0less, file, makePlan } from '../../plan/builder.ts'

const command = (text: string, prefix = ''): LoadMethod => ({
  from: 'command',
  command: text,
  prefix,
  pointer: '/boot/load',
})
const FAT = command('fatload mmc 0:1')
const SD: LoadMethod = { from: 'sd', device: '0:1', prefix: '', pointer: '/boot/load' }
const TFTP: LoadMethod = { from: 'tftp', prefix: '', pointer: '/boot/load' }

/** One domain for each kernel: `a`, `b`, … */
const planOf = (load: LoadMethod, ...kernels: readonly string[]): SystemPlan =>
  makePlan({
    load,
    domains: kernels.map((path, index) => {
      const name = String.fromCharCode(0x61 + index)
      const pointer = `/domains/${name}/kernel`
      return dom0less(name, { kernel: { pointer, image: file(path, `${pointer}/image`), bootargs: '' } })
    }),
  })

function found(plan: SystemPlan): readonly (readonly [string, string])[] {
  const findings = new Findings()
  runRules(outputRules, assemble(plan), findings.judge)
  return findings.all.map(({ code, at }) => [code, at.kind === 'manifest' ? at.pointer : ''])
}

const KERNEL_B = '/domains/b/kernel/image'

describe('paths that are one on FAT', () => {
  it.each([
    ['Image', 'image'],
    ['guests/Image', 'Guests/image'],
    ['guests/Image', './GUESTS//Image'],
    ['guests', 'Guests/Image'],
    ['guests/v1/Image', 'Guests/V1'],
    ['domains/x', 'Boot.scr'],
    ['domains/x', 'XEN.DTB'],
  ])("'%s' and '%s'", (one, two) => {
    expect(found(planOf(FAT, one, two))).toEqual([['OUT-020', KERNEL_B]])
    expect(found(planOf(SD, one, two))).toEqual([['OUT-021', KERNEL_B]])
    expect(found(planOf(command('load mmc 0:1'), one, two))).toEqual([['OUT-021', KERNEL_B]])
    expect(found(planOf(command('ext4load mmc 0:1'), one, two))).toEqual([])
    expect(found(planOf(TFTP, one, two))).toEqual([])
  })

  it.each([
    ['Image', 'Image'],
    ['guests/Image', 'Guests/Image.gz'],
    ['guests/v1/Image', 'Guests/V1/Image.gz'],
    ['Image', 'guests/image'],
    ['Image', 'image.gz'],
  ])("are not '%s' and '%s'", (one, two) => {
    expect(found(planOf(FAT, one, two))).toEqual([])
  })

  it('are so whatever of them is the prefix', () => {
    expect(found(planOf(command('fatload mmc 0:1', '/Boot/'), 'Image', 'image'))).toEqual([['OUT-020', KERNEL_B]])
  })

  it('are two on two media', () => {
    const plan = planOf(FAT, 'Image', 'image')
    const modules = plan.load.modules.map((module) =>
      module.path === 'image' ? { ...module, load: command('fatload mmc 1:1') } : module,
    )
    expect(found({ ...plan, load: { ...plan.load, modules } })).toEqual([])
  })

  it('may be made for two domains, which are renamed', () => {
    const plan = planOf(FAT, 'Image', 'Image')
    const modules = plan.load.modules.map((module) => {
      const name = module.usedBy[0] === 'a' ? 'sensor' : 'Sensor'
      const behind = { path: `domains/${name}/metadata.cpio`, offset: PAGE, size: bytes(512) }
      return module.kind === 'ramdisk' ? { ...module, behind } : module
    })
    expect(found({ ...plan, load: { ...plan.load, modules } })).toEqual([['OUT-020', '/domains/b']])
  })
})

describe('a path that FAT cannot hold', () => {
  it.each(
    [...'"*:<>?\\|'].map((character) => `a${character}b`).concat('Image.', 'Image ', 'v1./Image', 'v1 /Image', '...'),
  )("'%s'", (path) => {
    expect(found(planOf(FAT, 'Image', path))).toEqual([['OUT-020', KERNEL_B]])
    expect(found(planOf(SD, 'Image', path))).toEqual([['OUT-021', KERNEL_B]])
    expect(found(planOf(command('sqfsload mmc 0:1'), 'Image', path))).toEqual([])
  })

  it('has a name that is too long', () => {
    expect(found(planOf(FAT, 'x'.repeat(256)))).toEqual([['OUT-020', '/domains/a/kernel/image']])
  })

  it.each([
    ' Image',
    'CON',
    'aux.txt',
    '.config',
    'v1..2',
    '[a]+b,c;d=e',
    "it's",
    'x'.repeat(255),
    '$a & b',
    'KERNEL~1',
  ])("is not '%s'", (path) => {
    expect(found(planOf(FAT, path))).toEqual([])
  })

  it('is told at the prefix, once, where that is to blame', () => {
    expect(found(planOf(command('fatload mmc 0:1', 'v1./'), 'Image', 'other'))).toEqual([
      ['OUT-020', '/boot/load/prefix'],
    ])
    expect(found(planOf(command('fatload mmc 0:1', 'v1.'), 'Image', 'other'))).toEqual([])
  })

  it('is found whatever comes before the command', () => {
    expect(found(planOf(command('mmc dev 0; fatload mmc 0:1'), 'a:b'))[0]?.[0]).toBe('OUT-020')
    expect(found(planOf(command('run prepare && ext4load mmc 0:1'), 'a:b'))).toEqual([])
    expect(found(planOf(command('run load'), 'a:b'))[0]?.[0]).toBe('OUT-021')
  })
})
