/** DOM: properties that every boot-time domain needs, and their limits. */
import { formatSize, nearestSizes } from '../../../units/format.ts'
import { isAligned, PAGE } from '../../../units/quantities.ts'
import {
  GRANT_VERSION_MASK,
  MAX_GRANT_LIMIT,
  MAX_GUEST_RAM,
  MAX_SPIS,
  MAX_VCPUS,
  MAX_VCPUS_GICV2,
  SPI_RANK,
} from '../../../xen/domain-limits.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { newestGrantVersion } from '../view/command-line.ts'
import { at } from '../view/domains.ts'
import { isExactly } from '../view/modules.ts'
import { readU32 } from '../view/property.ts'
import { originOfProperty } from '../view/scan.ts'
import type { XenView } from '../view.ts'

export const domainBasicRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-064',
    check({ domains }, verdict) {
      for (const { node, name } of domains)
        if (!isExactly(node, 'xen,domain'))
          verdict.violated({
            at: originOfProperty(node, 'compatible'),
            message: `'${name}' is compatible with xen,domain in upper case`,
            help: 'write xen,domain in lower case',
          })
    },
  },
  {
    code: 'DOM-001',
    check({ domains }, verdict) {
      for (const domain of domains)
        if (domain.vcpus === undefined)
          verdict.violated({ at: at(domain, 'cpus'), message: `'${domain.name}' has no cpus`, help: 'add cpus = <1>' })
    },
  },
  {
    code: 'DOM-002',
    check({ domains }, verdict) {
      for (const domain of domains)
        if (domain.vcpus === 0)
          verdict.violated({
            at: at(domain, 'cpus'),
            message: `'${domain.name}' has 0 vCPUs`,
            help: 'give it at least one',
          })
    },
  },
  {
    code: 'DOM-003',
    check({ domains, gic }, verdict) {
      const limit = gic?.version === 'v2' ? MAX_VCPUS_GICV2 : MAX_VCPUS
      const why = gic?.version === 'v2' ? 'a domain on a host with a GICv2' : 'a domain'
      for (const domain of domains)
        if (domain.vcpus !== undefined && domain.vcpus > limit)
          verdict.violated({
            at: at(domain, 'cpus'),
            message: `'${domain.name}' has ${domain.vcpus} vCPUs, and ${why} can have ${limit}`,
            help: `give it at most ${limit}`,
          })
    },
  },
  {
    code: 'DOM-005',
    check({ domains }, verdict) {
      for (const domain of domains)
        if (domain.memory === undefined)
          verdict.violated({
            at: at(domain, 'memory'),
            message: `'${domain.name}' has no memory that Xen can read: memory is a number of KiB in two cells`,
            help: 'write memory as two cells',
          })
    },
  },
  {
    code: 'DOM-006',
    check({ domains }, verdict) {
      for (const domain of domains)
        if (domain.memory === 0n)
          verdict.violated({
            at: at(domain, 'memory'),
            message: `'${domain.name}' has no memory`,
            help: 'give it some memory',
          })
    },
  },
  {
    code: 'DOM-007',
    check({ domains }, verdict) {
      for (const domain of domains)
        if (domain.memory && !domain.staticMemory && !isAligned(domain.memory, PAGE))
          verdict.violated({
            at: at(domain, 'memory'),
            message: `memory of '${domain.name}' is ${formatSize(domain.memory)}, not a multiple of 4 KiB`,
            help: `give ${nearestSizes(domain.memory, PAGE)}`,
          })
    },
  },
  {
    code: 'DOM-008',
    check({ domains }, verdict) {
      for (const domain of domains)
        if (domain.memory !== undefined && !domain.directMap && domain.memory > MAX_GUEST_RAM)
          verdict.violated({
            at: at(domain, 'memory'),
            message: `memory of '${domain.name}' is ${formatSize(domain.memory)}, and a guest can have at most ${formatSize(MAX_GUEST_RAM)}`,
            help: 'give it less memory',
          })
    },
  },
  {
    code: 'DOM-020',
    check({ domains, context }, verdict) {
      const extended = isAtLeast(context.release, '4.21') && context.kconfig?.options.get('GICV3_ESPI') === 'y'
      for (const domain of domains) {
        if (domain.nrSpis === undefined || domain.nrSpis <= MAX_SPIS) continue
        const place = at(domain, 'nr_spis')
        if (extended)
          verdict.undecided(
            place,
            `'${domain.name}' has nr_spis ${domain.nrSpis}, which needs extended SPIs of the GIC`,
          )
        else
          verdict.violated({
            at: place,
            message: `'${domain.name}' has nr_spis ${domain.nrSpis}, and Xen gives at most ${MAX_SPIS} (it rounds up to ${SPI_RANK})`,
            help: 'leave nr_spis out to get as many as the host has',
            remedy: 'leave nr-spis out to get as many as the host has',
          })
      }
    },
  },
  {
    code: 'DOM-032',
    check({ domains, context }, verdict) {
      if (!isAtLeast(context.release, '4.18')) return
      for (const domain of domains)
        for (const property of ['max_grant_frames', 'max_maptrack_frames']) {
          const value = readU32(domain.node.node, property)
          if (value !== undefined && value > MAX_GRANT_LIMIT)
            verdict.violated({
              at: at(domain, property),
              message: `${property} of '${domain.name}' is ${value}, above ${MAX_GRANT_LIMIT}`,
              help: "leave it out to get Xen's default",
            })
        }
    },
  },
  {
    code: 'DOM-033',
    check({ domains, context }, verdict) {
      if (!isAtLeast(context.release, '4.18')) return
      for (const domain of domains)
        if (readU32(domain.node.node, 'max_grant_frames') === 0)
          verdict.violated({
            at: at(domain, 'max_grant_frames'),
            message: `max_grant_frames of '${domain.name}' is 0, and a grant table has at least one frame`,
            help: "leave it out to get Xen's default of 64",
          })
    },
  },
  {
    code: 'DOM-034',
    check({ domains, context, commandLine }, verdict) {
      if (!isAtLeast(context.release, '4.18')) return
      const newest = newestGrantVersion(commandLine.words)
      for (const domain of domains) {
        const version = readU32(domain.node.node, 'max_grant_version')
        if (version === undefined) continue
        const effective = version & GRANT_VERSION_MASK
        if (effective < 1 || effective > newest)
          verdict.violated({
            at: at(domain, 'max_grant_version'),
            message: `max_grant_version of '${domain.name}' is ${version}, and the newest that this Xen offers is ${newest}`,
            help: effective === 2 ? "add gnttab=max-ver:2 to Xen's arguments, or use version 1" : 'use version 1',
            ...(effective === 2 ? { remedy: 'add gnttab=max-ver:2 to xen.bootargs, or use version 1' } : {}),
          })
      }
    },
  },
]
