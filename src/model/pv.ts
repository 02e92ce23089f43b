/** Disks and networks of a guest that another domain serves with drivers for Xen: `disks` and `networks` of a domain. */
import { atValue, member } from '../diagnostics/diagnostic.ts'
import type {
  Dom0LessDomain,
  PvDisk as WrittenDisk,
  PvNetwork as WrittenNetwork,
  XlDomain,
} from '../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from './context.ts'
import { checkName } from './names.ts'
import type { PvDisk, PvNetwork } from './pv-devices.ts'
import { type Declared, isDeclared } from './references.ts'

/** In document order, without those that name a domain that is none (REF-009), or have no name of their own that can be one (MAN-020). */
export function readPv(
  context: ModelContext,
  pointer: string,
  { disks = {}, networks = {} }: Pick<Dom0LessDomain | XlDomain, 'disks' | 'networks'>,
  domains: Declared,
): { readonly disks: readonly PvDisk[]; readonly networks: readonly PvNetwork[] } {
  const own = <Written extends WrittenDisk | WrittenNetwork>(key: string, given: Record<string, Written | undefined>) =>
    Object.entries(given).flatMap(([name, written], index) => {
      const parent = `${pointer}/${key}`
      const at = member(parent, name)
      const isKnown =
        written?.backend === undefined || isDeclared(context, atValue(`${at}/backend`), written.backend, domains)
      const isNamed = checkName(context, parent, name, key === 'disks' ? 'disk' : 'network')
      return written && isKnown && isNamed ? [{ pointer: at, name, written, index }] : []
    })
  return {
    disks: own('disks', disks).map(({ pointer: at, name, written, index }) => ({
      pointer: at,
      name,
      ...(written.backend === undefined ? {} : { backend: written.backend }),
      target: written.target,
      format: orDefault(context, at, 'format', written.format, 'raw'),
      vdev: orDefault(context, at, 'vdev', written.vdev, `xvd${String.fromCharCode(A + (index % LETTERS))}`),
      'read-only': orDefault(context, at, 'read-only', written['read-only'], false),
    })),
    networks: own('networks', networks).map(({ pointer: at, name, written: { backend, bridge, mac } }) => ({
      pointer: at,
      name,
      ...(backend === undefined ? {} : { backend }),
      ...(bridge === undefined ? {} : { bridge }),
      ...(mac === undefined ? {} : { mac }),
    })),
  }
}

const A = 'a'.charCodeAt(0)
const LETTERS = 26
