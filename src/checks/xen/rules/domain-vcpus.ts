/** DOM, D0: `hard-affinity`, the CPUs on which a virtual CPU may run; from 4.21 on. */
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { limitOf, poolName, poolOfDomain, poolsOf } from '../scheduling.ts'
import { type AffinityView, type VcpuView, vcpusOf } from '../view/affinity.ts'
import type { DomainView } from '../view/domains.ts'
import { originOfProperty } from '../view/scan.ts'
import type { XenView } from '../view.ts'

function eachVcpu({ domains, context }: XenView, visit: (domain: DomainView, vcpu: VcpuView) => void): void {
  if (!isAtLeast(context.release, '4.21')) return
  for (const domain of domains) for (const vcpu of vcpusOf(domain)) visit(domain, vcpu)
}

const affinityOrigin = ({ node }: VcpuView) => originOfProperty(node, 'hard-affinity')

const named = ({ name }: DomainView, { id, node }: VcpuView): string =>
  id === undefined ? node.path : `virtual CPU ${id} of '${name}'`

/** The ids below `count` that the ranges name. A range can have billions of others. */
const idsOf = ({ ranges }: AffinityView, count: number): readonly number[] =>
  Array.from({ length: count }, (_, id) => id).filter((id) =>
    ranges.some(({ first, last }) => id >= first && id <= last),
  )

/** Reports an affinity without any CPU of the domain's cpupool, outside of which none of its virtual CPUs runs. */
function checkPool(view: XenView, domain: DomainView, vcpu: VcpuView, ids: readonly number[], verdict: Verdict): void {
  const pool = poolOfDomain(view, poolsOf(view), domain)
  const cpus = ids.flatMap((id) => view.cpus[id] ?? [])
  if (!pool || cpus.some((cpu) => pool.cpus.includes(cpu))) return
  verdict.violated({
    at: affinityOrigin(vcpu),
    message: `hard-affinity of ${named(domain, vcpu)} names ${cpus.map(({ path }) => path).join(', ')}, and the domain runs on ${poolName(pool)}: ${pool.cpus.map(({ path }) => path).join(', ')}`,
    help: "name CPUs of the domain's cpupool",
  })
}

export const domainVcpuRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-051',
    check(view, verdict) {
      eachVcpu(view, (_domain, { node, id }) => {
        if (id === undefined)
          verdict.violated({ at: node.origin, message: `${node.path} has no id`, help: 'add id = <0>' })
      })
    },
  },
  {
    code: 'DOM-052',
    check(view, verdict) {
      eachVcpu(view, (domain, { node, id }) => {
        if (id !== undefined && domain.vcpus !== undefined && id >= domain.vcpus)
          verdict.violated({
            at: originOfProperty(node, 'id'),
            message: `'${domain.name}' has an affinity for virtual CPU ${id}, but only ${domain.vcpus} virtual CPU${domain.vcpus === 1 ? '' : 's'}, numbered from 0`,
            help: 'give the domain more virtual CPUs, or remove this one',
          })
      })
    },
  },
  {
    code: 'DOM-053',
    check(view, verdict) {
      const count = view.cpus.length
      eachVcpu(view, (domain, vcpu) => {
        const beyond = vcpu.affinity?.ranges.find(({ last }) => last >= count)
        if (beyond)
          verdict.violated({
            at: affinityOrigin(vcpu),
            message: `hard-affinity of ${named(domain, vcpu)} names CPU ${beyond.last}, and the host has ${count}, numbered from 0`,
            help: 'name CPUs that the host has',
          })
      })
    },
  },
  {
    code: 'D0-014',
    needs: ['DOM-053'],
    check(view, verdict) {
      const { count, because } = limitOf(view)
      eachVcpu(view, (domain, vcpu) => {
        const beyond = vcpu.affinity?.ranges.find(({ last }) => last >= count)
        if (beyond)
          verdict.violated({
            at: affinityOrigin(vcpu),
            message: `hard-affinity of ${named(domain, vcpu)} names CPU ${beyond.last}, which ${because} leaves offline`,
            help: 'raise that limit, or name other CPUs',
          })
      })
    },
  },
  {
    code: 'DOM-054',
    needs: ['DOM-053', 'D0-014'],
    check(view, verdict) {
      eachVcpu(view, (domain, vcpu) => {
        if (vcpu.affinity && idsOf(vcpu.affinity, view.cpus.length).length === 0)
          verdict.violated({
            at: affinityOrigin(vcpu),
            message: `hard-affinity of ${named(domain, vcpu)} names no CPU: "${vcpu.affinity.text}"`,
            help: 'name at least one CPU; a range begins with the lower number',
          })
        else if (vcpu.affinity) checkPool(view, domain, vcpu, idsOf(vcpu.affinity, view.cpus.length), verdict)
      })
    },
  },
  {
    code: 'DOM-055',
    check(view, verdict) {
      eachVcpu(view, (domain, vcpu) => {
        if (vcpu.affinity?.garbage !== undefined)
          verdict.violated({
            at: affinityOrigin(vcpu),
            message: `hard-affinity of ${named(domain, vcpu)} is "${vcpu.affinity.text}", and Xen cannot read "${vcpu.affinity.garbage}"`,
            help: 'write numbers and ranges such as 0,2-3, without spaces',
          })
      })
    },
  },
  {
    code: 'DOM-056',
    check(view, verdict) {
      const seen = new Map<DomainView, Map<number, VcpuView>>()
      eachVcpu(view, (domain, vcpu) => {
        const own = seen.get(domain) ?? new Map<number, VcpuView>()
        seen.set(domain, own)
        const first = vcpu.id === undefined ? undefined : own.get(vcpu.id)
        if (vcpu.id !== undefined && !first) own.set(vcpu.id, vcpu)
        if (first)
          verdict.violated({
            at: vcpu.node.origin,
            message: `${first.node.path} and ${vcpu.node.path} are both for virtual CPU ${vcpu.id}`,
            help: 'leave one of them out',
            related: [{ at: first.node.origin, message: 'the first one is here' }],
          })
      })
    },
  },
]
