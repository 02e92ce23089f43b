/** Hosts written as source, for tests that give devices of them away. */
import type { DtNode } from '../../src/devicetree/model.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { indexTree, type TreeIndex } from '../../src/devicetree/readings/tree-index.ts'
import { XenIommus } from '../../src/iommu/xen-iommus.ts'
import { closureOf } from '../../src/passthrough/closure/closure-of.ts'
import type { Closure, Wishes } from '../../src/passthrough/closure.ts'
import { hostDevice } from '../../src/passthrough/host/read-host-device.ts'
import type { HostDevice } from '../../src/passthrough/host-device.ts'
import { wordsOf } from '../../src/xen/command-words.ts'
import { ok } from '../devicetree/expect-ok.ts'

/** A GIC, and whatever `text` puts beside it. Two cells for addresses and sizes. */
export const hostWith = (text: string, symbols = false): TreeIndex =>
  indexTree(
    ok(
      parseDts(
        `/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
           gic: gic@1000 { compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; #address-cells = <0>; reg = <0 0x1000 0 0x1000>; };
           ${text} };`,
        { file: 'host.dts', symbols },
      ),
    ).root,
  )

export const GIC = '/gic@1000'

export function deviceOf(index: TreeIndex, path: string): HostDevice {
  const device = hostDevice(index, GIC, path)
  if (!device.ok) throw new Error(device.reason)
  return device.value
}

export const reasonOf = (index: TreeIndex, path: string): string | undefined => {
  const device = hostDevice(index, GIC, path)
  return device.ok ? undefined : device.reason
}

export function closed(text: string, path: string, wishes: Partial<Wishes> = {}, bootargs = ''): Closure {
  const index = hostWith(text)
  const xens = new XenIommus(index, { release: '4.20', words: wordsOf(bootargs) })
  return closureOf(index, deviceOf(index, path), { clocks: new Map(), include: [], drop: [], ...wishes }, xens)
}

/** A node as a source would have it, line by line. */
export const linesOf = (own: DtNode): readonly string[] =>
  printDts({ root: { ...own, name: '', labels: [] }, reservations: [], bootCpuid: 0 })
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !['', '/dts-v1/;', '/ {', '};'].includes(line) && !line.startsWith('//'))
