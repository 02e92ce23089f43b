/** The software bill of materials, in CycloneDX, of the packages that esbuild bundles. Equal bundles give equal bytes. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cyclonedxEsbuildPlugin } from '@cyclonedx/cyclonedx-esbuild'

const FILE = 'sbom.cdx.json'

/** The time that npm gives to every file of a package. */
const TIMESTAMP = '1985-10-26T08:15:00.000Z'

/** A plugin of esbuild that writes the bill into the folder of the bundles, without serial number and time. */
export const billOfMaterials = cyclonedxEsbuildPlugin({
  outputFile: FILE,
  outputReproducible: true,
  validate: true,
  logLevel: 'silent',
})

/** Adds a serial number and a time, which consumers of the bill require, to the one in `folder`. */
export function completeBill(folder) {
  const file = join(folder, FILE)
  const text = readFileSync(file, 'utf8')
  const { $schema, bomFormat, specVersion, version, metadata, ...rest } = JSON.parse(text)
  const bill = {
    $schema,
    bomFormat,
    specVersion,
    serialNumber: serialNumber(text),
    version,
    metadata: { timestamp: TIMESTAMP, ...metadata },
    ...rest,
  }
  writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`)
}

/** A UUID of version 8 (RFC 9562) from the hash of `text`, so that other contents have another number. */
function serialNumber(text) {
  const digits = createHash('sha256').update(text).digest('hex')
  const [, a, b, c, d, e] = /^(.{8})(.{4})(.{3})(.{3})(.{12})/.exec(digits)
  return `urn:uuid:${a}-${b}-8${c}-a${d}-${e}`
}
