/** A folder with the inputs of an example, and with all else that a file name can lead to. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeInputs } from '../../../scripts/example-inputs.mjs'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { writeDtb } from '../../../src/devicetree/write/write-dtb.ts'
import { armImage, legacyImage, zImage } from '../facts/images.ts'
import { SCHEMA_VALUES } from './values.ts'

/** Such a folder. */
export interface HostileFolder {
  readonly folder: string
  remove(): void
}

const examples = resolve(import.meta.dirname, '../../../examples')

/** Makes the files that `FILES` names, in a new folder inside another new one. */
export async function hostileFolder(): Promise<HostileFolder> {
  const above = mkdtempSync(join(tmpdir(), 'domforge-hostile-'))
  const folder = join(above, 'work')
  await makeInputs('dom0-and-two', folder)
  await makeInputs('two-guests', folder)
  await makeInputs('three-static', folder)
  cpSync(join(examples, 'boards/qemu-virt.dts'), join(folder, 'board.dts'))
  const write = (name: string, contents: string | Uint8Array): void => writeFileSync(join(folder, name), contents)
  makeTexts(write)
  makeImages(write)
  makeOddities(folder)
  makeExampleFiles(folder)
  write('../outside', 'outside')
  return { folder, remove: () => rmSync(above, { recursive: true }) }
}

/** Makes the files that the schema's examples name: device trees, by their names, and archives. */
function makeExampleFiles(folder: string): void {
  for (const name of SCHEMA_VALUES) {
    if (typeof name !== 'string' || !/^[\w/-]+(?:\.[a-z]+)+$/.test(name)) continue
    const place = join(folder, name)
    mkdirSync(dirname(place), { recursive: true })
    if (!existsSync(place)) writeFileSync(place, exampleFile(name))
  }
}

function exampleFile(name: string): string | Uint8Array {
  if (name.endsWith('.dts') || name.endsWith('.dtso')) return OVERLAY
  if (name.endsWith('.yaml')) return 'x-note: a base\n'
  return /\.dtbo?$/.test(name) ? compiled(OVERLAY) : '070701'
}

const OVERLAY = '/dts-v1/; /plugin/; &{/} { added { a = <1>; }; };\n'

function compiled(source: string): Uint8Array {
  const tree = parseDts(source, { file: 'overlay.dts' })
  const blob = tree.ok ? writeDtb(tree.value) : tree
  if (!blob.ok) throw new Error(blob.problems[0]?.message)
  return blob.value
}

type Write = (name: string, contents: string | Uint8Array) => void

function makeTexts(write: Write): void {
  write('xen.config', '# Xen\nCONFIG_ARM_64=y\nCONFIG_STATIC_MEMORY=y\n# CONFIG_TEE is not set\n')
  write('base.yaml', 'api-version: domforge/v1\nname: base\nboot: { load: { from: tftp } }\n')
  write('deep.yaml', 'extends: base.yaml\nxen: { release: "4.19", image: xen }\n')
  write('itself.yaml', 'extends: [base.yaml, itself.yaml]\n')
  write('itself.dts', '/include/ "itself.dts"\n')
  write('overlay.dts', OVERLAY)
  write('overlay.dtbo', compiled(OVERLAY))
  write('text', 'no image at all\n')
  write('empty', '')
  write('short', 'x')
  write('it\'s "x"; $y', armImage({ imageSize: 0x10_0000n }))
}

function makeImages(write: Write): void {
  write('huge.Image', armImage({ imageSize: 0xffff_ffff_ffff_ffffn, textOffset: 0xffff_ffff_ffff_ffffn }))
  write('old.Image', armImage({ code: 0x1400_0008, magic: 0, flags: 0n }))
  write('odd.zImage', zImage(0xffff_ffff, 0))
  const uImage = { arch: 22, compression: 0, load: 0xffff_ffff, entry: 0xffff_ffff, dataSize: 0xffff_ffff }
  write('odd.uImage', legacyImage(uImage))
  write('bzipped.uImage', legacyImage({ ...uImage, compression: 2, load: 0, dataSize: 0 }))
  const packed = gzipSync(armImage({ imageSize: 0x10_0000n }))
  write('bomb.gz', gzipSync(Buffer.alloc(1 << 26)))
  write('cut.gz', packed.subarray(0, packed.length - 9))
  write('bare.gz', Uint8Array.of(0x1f, 0x8b))
  write('noise.dtb', Buffer.concat([Buffer.from('d00dfeed', 'hex'), Buffer.alloc(200, 0xff)]))
  write('bits.dtb', Buffer.from('d00dfeed0000', 'hex'))
}

function makeOddities(folder: string): void {
  mkdirSync(join(folder, 'folder'))
  symlinkSync('loop', join(folder, 'loop'))
  symlinkSync('nowhere', join(folder, 'dangling'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  writeFileSync(join(folder, 'sparse'), '070701')
  truncateSync(join(folder, 'sparse'), 2 ** 40)
}
