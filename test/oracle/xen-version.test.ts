/** What is read from images of Xen and their .config, against what Debian built. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseKconfig } from '../../src/facts/kconfig.ts'
import { versionInImage } from '../../src/facts/version-in-image.ts'
import { bootPieces, type DebianRelease, xenReleases } from '../debian/fetch.ts'

const releases = Object.keys(xenReleases) as DebianRelease[]

it.each(releases)(
  "Xen of Debian's %s says its version, in the image as in the .config",
  { timeout: 600_000 },
  async (release) => {
    const { xen, xenConfig } = await bootPieces(release)
    const image = versionInImage(readFileSync(xen))
    const parsed = parseKconfig(readFileSync(xenConfig, 'utf8'), xenConfig)
    expect(image).toMatchObject({ branch: xenReleases[release], point: expect.any(Number) })
    expect(parsed.ok && parsed.value.version).toEqual(image)
  },
)

it.each(releases)("Linux of Debian's %s is no Xen", { timeout: 600_000 }, async (release) => {
  const { image } = await bootPieces(release)
  expect(versionInImage(readFileSync(image))).toBeUndefined()
})
