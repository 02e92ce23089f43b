/** Variables of ImageBuilder that stand in a manifest: what to use instead is said of each, and exists. */
import { afterAll, describe, expect, it } from 'vitest'
import schema from '../../schemas/manifest.schema.json' with { type: 'json' }
import { Bench } from '../support/checks/systems.ts'
import { VARIABLES } from '../support/imagebuilder.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const helpFor = (name: string): string => {
  const { findings } = bench.outcomeOf(`api-version: domforge/v1\n${name}: 1\n`)
  return findings.all.find(({ message }) => message === `unknown key '${name}'`)?.help ?? ''
}

describe.each(VARIABLES)('%s', (name) => {
  const isOfDomain = /^(DOMU|DOM0)_/.test(name)
  const help = helpFor(name.startsWith('DOMU_') ? `${name}[0${name.endsWith('AFFINITY') ? ',1' : ''}]` : name)

  it('has an answer of its own', () => {
    expect(help).not.toBe('')
    expect(help).not.toContain('domforge schema manifest')
  })

  it('leads to a key that exists', () => {
    const [, key] = /under 'domains', as '([^']+)'/.exec(help) ?? []
    if (!isOfDomain || key === undefined) return
    const { Dom0, Dom0lessDomain } = schema.$defs
    expect(Object.keys((name.startsWith('DOM0') ? Dom0 : Dom0lessDomain).properties)).toContain(key)
  })
})

describe('a whole configuration in place of a manifest', () => {
  const briefly = (text: string) => bench.outcomeOf(text).findings.all.map(({ code, message }) => `${code} ${message}`)
  const SAID = ['MAN-007 this is a configuration of ImageBuilder, not a manifest']

  it.each([
    'MEMORY_START="0x0"\nMEMORY_END="0x80000000"\n\n# the hypervisor\nXEN="xen"\nXEN_CMD="console=dtuart: x"\n',
    'export NUM_DOMUS=1\nDOMU_KERNEL[0]="Image"\n',
  ])('is named', (text) => expect(briefly(text)).toEqual(SAID))

  it('is not taken for one where U-Boot is told to set such a variable', () => {
    const text = 'api-version: domforge/v1\nboot:\n  extra-commands: |\n    XEN=1\n    DEVICE_TREE=2\n'
    expect(briefly(text)).not.toContain(SAID[0])
  })
})
