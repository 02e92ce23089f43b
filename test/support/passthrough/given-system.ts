/** A system whose guest is given devices of its board, with all that is written about them for Xen, xl and the guest. */
import { expect } from 'vitest'
import { childNamed, type DtNode, propertyNamed } from '../../../src/devicetree/model.ts'
import { cellsOf } from '../../../src/devicetree/readings/values.ts'
import { type Bench, manifestOf } from '../checks/systems.ts'

/** A key for devices without an IOMMU. */
export const FORCED = 'force-assign-without-iommu: it is trusted'

/** What else the manifest says. */
export interface SystemOptions {
  /** Further keys of the guest. */
  readonly more?: string
  /** File of the board, on the bench. */
  readonly boardFile?: string
  readonly dom0?: boolean
  readonly boot?: 'dom0less' | 'xl'
  readonly release?: string
}

/** The system of a guest with `passthrough`. Fails if it has errors. */
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

/** Cells of a property; none if it is not there. */
export const cells = (own: DtNode | undefined, name: string): readonly number[] =>
  cellsOf(own && propertyNamed(own, name)) ?? []

/** `all` in rows of `width`. */
export const rows = (all: readonly number[], width: number): readonly (readonly number[])[] =>
  Array.from({ length: all.length / width }, (_, row) => all.slice(row * width, (row + 1) * width))
