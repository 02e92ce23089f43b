/** A system whose guest is given devices of its board: what Xen, xl and the guest are told. */
import { expect } from 'vitest'
import { childNamed, type DtNode, propertyNamed } from '../../../src/devicetree/model.ts'
import { cellsOf } from '../../../src/devicetree/readings/values.ts'
import { type Bench, manifestOf } from '../checks/systems.ts'

export const FORCED = 'force-assign-without-iommu: it is trusted'

export interface SystemOptions {
  /** Keys of the guest. */
  readonly more?: string
  /** On the bench. */
  readonly boardFile?: string
  readonly dom0?: boolean
  readonly boot?: 'dom0less' | 'xl'
  readonly release?: string
}

/** A guest with `passthrough`, which must build. */
export function givenSystem(
  bench: Bench,
  passthrough: string,
  { more = '', boardFile = 'virt.dts', dom0 = false, boot = 'dom0less', release }: SystemOptions = {},
) {
  const guest = `guest: { boot: ${boot}, kernel: { image: Image }, os: other, memory: 64MiB, passthrough: { ${passthrough} }${more && `, ${more}`} }`
  const zero = 'dom0: { boot: dom0, kernel: { image: Image }, os: other, memory: 256MiB }'
  const text = manifestOf({
    board: boardFile,
    domains: dom0 ? [zero, guest] : [guest],
    bootargs: 'console=dtuart',
    ...(release === undefined ? {} : { release }),
  })
  const { assembly, findings, plan } = bench.outcomeOf(text)
  expect(
    findings.all.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`),
  ).toEqual([])
  const [own] = [...(plan?.dom0less ?? []), ...(plan?.xl ?? [])]
  const tree = own?.partialTree?.source.tree
  const bus = tree && childNamed(tree.root, 'passthrough')
  if (!bus || !assembly) throw new Error('no tree was made')
  return { tree, bus, host: assembly.hostTree.root, xl: assembly.xl, findings }
}

export const cells = (own: DtNode | undefined, name: string): readonly number[] =>
  cellsOf(own && propertyNamed(own, name)) ?? []

export const rows = (all: readonly number[], width: number): readonly (readonly number[])[] =>
  Array.from({ length: all.length / width }, (_, row) => all.slice(row * width, (row + 1) * width))
