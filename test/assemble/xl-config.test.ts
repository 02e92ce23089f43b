import { describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { MiB, times } from '../../src/units/quantities.ts'
import { dom0, dom0less, file, makePlan, type PlanOptions, xlDomain } from '../plan/builder.ts'

const configs = (options: PlanOptions) =>
  assemble(makePlan(options)).xl.map(({ domain, bootId, entries }) => ({
    domain,
    bootId,
    ...Object.fromEntries(entries.map(({ key, value }) => [key, value])),
  }))

describe('an xl configuration', () => {
  it('is made for what dom0 creates and for what it can create again', () => {
    expect(configs({ domains: [dom0(), dom0less('camera'), xlDomain('viewer')] })).toEqual([
      {
        domain: 'viewer',
        name: 'viewer',
        type: 'pvh',
        kernel: '/boot/guests/Image',
        ramdisk: '/boot/guests/viewer.cpio.gz',
        cmdline: 'console=ttyAMA0',
        memory: 128n,
        vcpus: 1n,
      },
      {
        domain: 'camera',
        bootId: 1,
        name: 'camera',
        type: 'pvh',
        kernel: '/boot/guests/Image',
        ramdisk: '/boot/guests/camera.cpio.gz',
        cmdline: 'console=ttyAMA0',
        memory: 128n,
        vcpus: 1n,
        vuart: 'sbsa_uart',
      },
    ])
  })

  it('is not made without dom0, nor for a domain that cannot come back', () => {
    expect(configs({ domains: [dom0less('camera')] })).toEqual([])
    expect(configs({ domains: [dom0(), dom0less('camera')], notRecreatable: { because: 'static-mem' } })).toEqual([])
  })

  it('has the limits that the manifest says', () => {
    const domain = xlDomain('a', {
      'nr-spis': 64,
      'max-grant-version': 2,
      'max-grant-frames': 7,
      'max-maptrack-frames': 8,
      'p2m-mem': times(9, MiB),
    })
    const made = (release: '4.18' | '4.19') => configs({ release, domains: [dom0(), domain] })[0]
    const limits = { max_grant_version: 2n, max_grant_frames: 7n, max_maptrack_frames: 8n, shadow_memory: 9n }
    expect(made('4.19')).toMatchObject({ ...limits, nr_spis: 64n })
    // XL-002 refuses what this xl does not read, rather than leaving it out.
    expect(made('4.18')).toMatchObject({ ...limits, nr_spis: 64n })
  })

  it('leaves out of a second start what only Xen reads in that release', () => {
    const domain = dom0less('a', { 'nr-spis': 64, 'max-grant-frames': 7 })
    const [made] = configs({ release: '4.18', domains: [dom0(), domain] })
    expect(made).toHaveProperty('max_grant_frames', 7n)
    expect(made).not.toHaveProperty('nr_spis')
  })

  it("takes the user's keys, which win and are not said twice", () => {
    const extra = [
      { name: 'on_crash', value: 'restart', pointer: '/domains/a/extra-xl/on_crash' },
      { name: 'vcpus', value: 3n, pointer: '/domains/a/extra-xl/vcpus' },
    ]
    const [config] = assemble(makePlan({ domains: [dom0(), xlDomain('a', { 'extra-xl': extra })] })).xl
    expect(config?.entries.filter(({ key }) => key === 'vcpus').map(({ value }) => value)).toEqual([3n])
    expect(config?.entries.at(-1)).toEqual({
      key: 'on_crash',
      value: 'restart',
      origin: { kind: 'manifest', pointer: '/domains/a/extra-xl/on_crash', on: 'value' },
    })
  })

  it("finds images by their base name in dom0's folder", () => {
    const plain = xlDomain('a')
    const kernel = { ...plain.kernel, image: file('../build/linux/Image.gz', '/domains/a/kernel/image') }
    expect(configs({ domains: [dom0({ 'files-at': '/srv' }), { ...plain, kernel }] })[0]).toMatchObject({
      kernel: '/srv/Image.gz',
    })
  })
})
