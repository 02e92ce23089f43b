/** `xen,vcpu` nodes as Xen reads them, from 4.21 on (common/device-tree/dom0less-build.c: domain_vcpu_affinity). */
import type { DomainView } from './domains.ts'
import { firstString, readProperty, readU32 } from './property.ts'
import { isCompatible, type ScannedNode } from './scan.ts'

/** A `xen,vcpu` node. */
export interface VcpuView {
  readonly node: ScannedNode
  /** Absent: none that Xen can read. */
  readonly id?: number
  /** Absent: no `hard-affinity`. */
  readonly affinity?: AffinityView
}

/** A `hard-affinity`. */
export interface AffinityView {
  readonly text: string
  /** Numbers of CPUs, `first` and `last` both included, in the order of the text. If `last` is lower, the range is empty. */
  readonly ranges: readonly { readonly first: number; readonly last: number }[]
  /** The text from the first place on where a number, a comma or the end should be; absent: Xen reads all as written. */
  readonly garbage?: string
}

/** The `xen,vcpu` nodes of a domain, in tree order. */
export const vcpusOf = ({ node }: DomainView): readonly VcpuView[] =>
  node.children.filter((child) => isCompatible(child, 'xen,vcpu')).map(readVcpu)

function readVcpu(node: ScannedNode): VcpuView {
  const id = readU32(node.node, 'id')
  const property = readProperty(node.node, 'hard-affinity')
  return {
    node,
    ...(id === undefined ? {} : { id }),
    ...(property ? { affinity: readAffinity(firstString(property)) } : {}),
  }
}

const NUMBER = /^(0[xX][0-9a-fA-F]+|[0-9]+)/

/** Reads a list as Xen does: numbers in C's notation, and 0 where there is no number. */
function readAffinity(text: string): AffinityView {
  const ranges: { first: number; last: number }[] = []
  let rest = text
  let garbage: string | undefined
  const take = (): number => {
    const [digits = ''] = NUMBER.exec(rest) ?? []
    if (digits === '') garbage ??= rest
    rest = rest.slice(digits.length)
    return digits === '' ? 0 : Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
  }
  while (rest !== '') {
    const first = take()
    const isRange = rest.startsWith('-')
    if (isRange) rest = rest.slice(1)
    ranges.push({ first, last: isRange ? take() : first })
    if (rest.startsWith(',')) rest = rest.slice(1)
    else if (rest !== '') {
      garbage ??= rest
      break
    }
  }
  return garbage === undefined ? { text, ranges } : { text, ranges, garbage }
}
