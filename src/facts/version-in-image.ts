/** The version that Xen's own image carries. */
import { type XenVersion, xenVersion } from '../xen/version.ts'

/** Largest image that is searched; Xen's has some 1 MiB. */
export const LARGEST_XEN = 16 * 1024 * 1024

/** A `compatible` of every guest's /hypervisor (arch/arm/domain_build.c: make_hypervisor_node); its version has two numbers. */
const HYPERVISOR = Buffer.from('xen,xen-')
/** The last string of common/version.c: `xen_deny`. Compilers keep the strings of a file in order. */
const DENIED = Buffer.from('\0<denied>\0')
/** Strings before it: the compiler, XEN_EXTRAVERSION, the change set, the banner (5 lines of ASCII art, or text, or none). */
const REACH = 2048
const STRINGS = 4

const versions = new WeakMap<Buffer, { readonly found: XenVersion | undefined }>()

/**
 * What the image in `data` says of itself; `undefined`: it is not Xen's, or not to be read. The first two numbers are always there; the rest is
 * absent where it does not stand where Xen's source puts it.
 */
export function versionInImage(data: Buffer): XenVersion | undefined {
  const known = versions.get(data) ?? { found: searched(data) }
  versions.set(data, known)
  return known.found
}

function searched(data: Buffer): XenVersion | undefined {
  const branch = branchIn(data)
  if (branch === undefined) return undefined
  const found = xenVersion(fullVersionIn(data, branch) ?? branch)
  return found?.branch === branch ? found : xenVersion(branch)
}

function branchIn(data: Buffer): string | undefined {
  const start = data.indexOf(HYPERVISOR)
  if (start < 0) return undefined
  const text = data.toString('latin1', start, start + 32)
  return /^xen,xen-([0-9]+\.[0-9]+)\0xen,xen\0/.exec(text)?.[1]
}

function fullVersionIn(data: Buffer, branch: string): string | undefined {
  const end = data.indexOf(DENIED)
  if (end < 0) return undefined
  const strings = data
    .toString('latin1', Math.max(0, end - REACH), end)
    .split('\0')
    .filter((text) => text !== '')
    .slice(-STRINGS)
  const banner = strings.map((text) => /^ ?Xen (\S+)\n$/.exec(text)?.[1]).find((version) => version !== undefined)
  const extra = strings.find((text) => /^(\.[0-9]+\S*|-[a-z]\S*)$/.test(text))
  return banner ?? (extra === undefined ? undefined : `${branch}${extra}`)
}
