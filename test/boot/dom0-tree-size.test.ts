/** The device tree that a real Xen makes for dom0 has the size that the rule D0-006 computes, and Xen stops where its room ends. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { dom0TreeSize } from '../../src/checks/xen/dom0-tree-size.ts'
import { packedSize } from '../../src/checks/xen/tree-counter.ts'
import { text } from '../../src/devicetree/build.ts'
import type { DeviceTree } from '../../src/devicetree/model.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { dom0TreeGrowth } from '../../src/xen/boot-limits.ts'
import { builtXen } from '../debian/xen-build.ts'
import { type BootOutcome, bootMutant, LONG } from './mutations/boot-mutant.ts'
import { lintMutant } from './mutations/lint-mutant.ts'
import { type GoodSystem, goodSystems } from './mutations/systems.ts'
import { inScratch } from './system.ts'
import { set } from './verdict-bench.ts'

const ARGUMENTS = (vcpus: number): string =>
  `console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax dom0_mem=256M dom0_max_vcpus=${vcpus}`

const withVcpus = ({ tree }: GoodSystem, vcpus: number): DeviceTree => ({
  ...tree,
  root: set('/chosen', 'xen,xen-bootargs', [text(ARGUMENTS(vcpus))])(tree.root),
})

const blobOf = (tree: DeviceTree): Uint8Array => {
  const written = writeDtb(tree)
  if (!written.ok) throw new Error('the tree cannot be written')
  return written.value
}

/** Ranges that depend on where memory was found: banks after the first, extended regions. */
const rangesIn = ({ lines }: BootOutcome): number =>
  lines.filter((line) => /d0: extended region|\) BANK\[[1-9]/.test(line)).length

/** Bytes of the tree that Xen has loaded, without those ranges. */
function sizeIn(outcome: BootOutcome): number {
  const loaded = outcome.lines.flatMap((line) => /Loading d0 DTB to (0x\w+)-(0x\w+)/.exec(line) ?? [])
  const [, from = '0', to = '0'] = loaded
  return Number(to) - Number(from) - 16 * rangesIn(outcome)
}

test.each(inject('xens'))(
  'Xen %s makes a tree of the computed size for dom0, and has no room for one more vCPU',
  async (release) => {
    await inScratch(async (folder) => {
      const system = (await goodSystems(await builtXen(release), folder)).find(({ name }) => name === 'devices')
      if (!system) throw new Error('there is no system with a dom0')
      const blob = join(folder, 'mutant.dtb')
      const boot = async (vcpus: number) => {
        const tree = withVcpus(system, vcpus)
        const contents = blobOf(tree)
        expect(packedSize(tree)).toBe(BigInt(contents.length))
        writeFileSync(blob, contents)
        const { view } = lintMutant(system, blob)
        const outcome = await bootMutant(system, blob, view, LONG, folder)
        const room = contents.length + Number(dom0TreeGrowth(release, true))
        return { outcome, computed: Number(view && dom0TreeSize(view)), room }
      }
      const two = await boot(2)
      expect(sizeIn(two.outcome)).toBe(two.computed)
      expect(rangesIn(two.outcome)).toBeGreaterThan(0)
      const each = (await boot(3)).computed - two.computed
      const most = 2 + Math.floor((two.room - two.computed - 16 * rangesIn(two.outcome)) / each)
      expect((await boot(most)).outcome.kind).toBe('boots')
      expect((await boot(most + 1)).outcome).toMatchObject({
        kind: 'stops',
        said: expect.stringMatching(/Could not set up DOM0/),
      })
    })
  },
)
