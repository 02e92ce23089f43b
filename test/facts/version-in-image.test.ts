import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import type { FileFacts } from '../../src/facts/facts.ts'
import { parseKconfig } from '../../src/facts/kconfig.ts'
import { judgeVersion } from '../../src/facts/point-release.ts'
import { versionInImage } from '../../src/facts/version-in-image.ts'
import type { Xen } from '../../src/model/system-model.ts'
import { bytes } from '../../src/units/quantities.ts'
import { releaseOf } from '../../src/xen/releases.ts'
import { xenVersion } from '../../src/xen/version.ts'
import { armImage, type XenImageWords, xenImage } from '../support/facts/images.ts'

const textIn = (words: XenImageWords): string | undefined => versionInImage(xenImage(words))?.text

describe('versionInImage', () => {
  it.each([
    [{ branch: '4.17', extra: '.5' }, '4.17.5'],
    [{ branch: '4.17', extra: '.7', banner: 'none' }, '4.17.7'],
    [{ branch: '4.20', extra: '.5-pre', banner: 'none' }, '4.20.5-pre'],
    [{ branch: '4.20', extra: '.4', banner: 'drawn' }, '4.20.4'],
    [{ branch: '4.23', extra: '-unstable', banner: 'drawn' }, '4.23-unstable'],
    [{ branch: '4.20', extra: '', banner: 'none' }, '4.20'],
    [{}, undefined],
  ] satisfies (readonly [XenImageWords, string | undefined])[])('%j', (words, text) => expect(textIn(words)).toBe(text))

  it('says nothing of another image, or of strings in another place', () => {
    expect(versionInImage(armImage())).toBeUndefined()
    expect(versionInImage(Buffer.alloc(0))).toBeUndefined()
    expect(versionInImage(Buffer.from('xen,xen-4.20 and more'))).toBeUndefined()
    expect(versionInImage(Buffer.from('.3\0\0xen,xen-4.20\0xen,xen\0'))).toEqual({ text: '4.20', branch: '4.20' })
  })

  it('believes no banner of another branch', () => {
    const image = Buffer.from(
      xenImage({ branch: '4.20', extra: '.4' }).toString('latin1').replace('Xen 4.20', 'Xen 4.19'),
      'latin1',
    )
    expect(versionInImage(image)?.text).toBe('4.20')
  })
})

describe('judgeVersion', () => {
  const said = (release: string, image?: XenImageWords, title?: string) => {
    const version = xenVersion(release)
    const judged = version && releaseOf(version.branch)
    if (!judged) throw new Error(`${release} is not known`)
    const xen: Xen = {
      pointer: '/xen',
      version,
      release: judged,
      image: { pointer: '/xen/image', path: 'xen', folder: '/' },
      bootargs: '',
      features: [],
      cpupools: [],
    }
    const found = image && versionInImage(xenImage(image))
    const file: FileFacts = { path: 'xen', size: bytes(64), format: { kind: 'cpio' }, ...(found ? { xen: found } : {}) }
    const config = parseKconfig(title === undefined ? '' : `#\n# Xen/arm ${title} Configuration\n#\n`, '.config')
    const findings = new Findings()
    const point = judgeVersion(xen, file, config.ok ? config.value : undefined, findings.report)
    return [point, ...findings.all.map(({ code, message }) => `${code} ${message}`)]
  }
  const OF_4_17 = { branch: '4.17', extra: '.7' }

  it.each([
    ['4.20', undefined, undefined, []],
    ['4.20.2', undefined, undefined, [2]],
    ['4.20', { branch: '4.20', extra: '.4' }, undefined, [4]],
    ['4.20', undefined, '4.20.5-pre', [4]],
    ['4.20', { branch: '4.20' }, '4.20.3', [3]],
    ['4.20', { branch: '4.20', extra: '.4' }, '4.20.3', [4]],
    ['4.23', { branch: '4.23', extra: '-unstable' }, '4.23-unstable', []],
  ])('%s, image %j, .config %s: %j', (release, image, title, expected) =>
    expect(said(release, image, title).filter((one) => one !== undefined)).toEqual(expected),
  )

  it('reports files of another Xen once, with what both say, and does not believe them', () => {
    expect(said('4.22', OF_4_17)).toEqual([undefined, 'REF-027 the manifest says Xen 4.22, and xen is Xen 4.17.7'])
    expect(said('4.22', OF_4_17, '4.17.7')).toEqual([
      undefined,
      'REF-027 the manifest says Xen 4.22, and xen is Xen 4.17.7, and .config is of Xen 4.17.7',
    ])
    expect(said('4.17.5', OF_4_17)).toEqual([5, 'REF-027 the manifest says Xen 4.17.5, and xen is Xen 4.17.7'])
    expect(said('4.17', OF_4_17, '4.20.3')).toEqual([
      7,
      'REF-027 the manifest says Xen 4.17, and .config is of Xen 4.20.3',
    ])
    expect(said('4.22', { branch: '4.23', extra: '-unstable' })).toEqual([
      undefined,
      'REF-027 the manifest says Xen 4.22, and xen is Xen 4.23-unstable',
    ])
  })
})
