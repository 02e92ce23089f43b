/** XL: `virtio=` and `disk=`. */

import { MOST_DEVICES } from '../../xen/virtio-mmio.ts'
import type { Rule } from '../rule.ts'
import { buildWith, builtWithout } from '../xen/built-without.ts'
import { type Disk, isVdev, readDisk } from './grammar/disk.ts'
import { isMmio, readVirtio, type VirtioDevice } from './grammar/virtio.ts'
import { itemsOf, ownerOf, type XlContext, type XlDomainContext, type XlItem } from './xl-context.ts'

interface Read<Device> {
  readonly domain: XlDomainContext
  readonly item: XlItem
  readonly device: Device
}

const virtiosOf = (domain: XlDomainContext): readonly Read<VirtioDevice>[] =>
  itemsOf(domain, 'virtio').map((item) => ({ domain, item, device: readVirtio(item.text) }))

const disksOf = (domain: XlDomainContext, { release }: XlContext): readonly Read<Disk>[] =>
  itemsOf(domain, 'disk').map((item) => ({ domain, item, device: readDisk(item.text, release) }))

const virtios = ({ domains }: XlContext): readonly Read<VirtioDevice>[] => domains.flatMap(virtiosOf)

const disks = (context: XlContext): readonly Read<Disk>[] =>
  context.domains.flatMap((domain) => disksOf(domain, context))

/** Disks that xl can read. */
const readableDisks = (context: XlContext): readonly Read<Disk>[] =>
  disks(context).filter(({ device: { wrong, vdev, target, cdrom } }) => !wrong && vdev && (target || cdrom))

/** Number of a domain's virtio-mmio devices. */
export function virtioMmioOf(context: XlContext, domain: XlDomainContext): number {
  const block = disksOf(domain, context).filter(({ device }) => device.specification === 'virtio')
  return block.length + virtiosOf(domain).filter(({ device }) => isMmio(device)).length
}

const named = ({ config }: XlDomainContext, key: string): string => `'${key}' of '${config.domain}'`

export const deviceRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-025',
    check(context, verdict) {
      for (const domain of context.domains) {
        const count = virtioMmioOf(context, domain)
        if (count > MOST_DEVICES)
          verdict.violated({
            at: ownerOf(domain),
            message: `'${domain.config.domain}' has ${count} virtio devices, and there are interrupts for ${MOST_DEVICES}`,
            help: 'remove some of virtio, or some disks with specification=virtio',
          })
      }
    },
  },
  {
    code: 'XL-026',
    check(context, verdict) {
      for (const { domain, item, device } of virtios(context))
        for (const part of device.unknown)
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'virtio')} has '${part}', which xl does not know`,
            help: 'use type=virtio,deviceN, transport=mmio, backend= and grant_usage= alone',
          })
    },
  },
  {
    code: 'XL-027',
    check(context, verdict) {
      for (const { domain, item, device } of virtios(context))
        if (device.crashesXl)
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'virtio')} has type=virtio at its end ('${item.text}'), and xl takes the type from both sides of a comma`,
            help: 'write type=virtio,deviceN, N the number of the device in hexadecimal',
          })
    },
  },
  {
    code: 'XL-028',
    needs: ['XL-027'],
    check(context, verdict) {
      for (const { domain, item, device } of virtios(context))
        if (device.type === undefined && !device.crashesXl && isMmio(device))
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'virtio')} has no type ('${item.text}')`,
            help: 'add type=virtio,deviceN, N the number of the device in hexadecimal',
          })
    },
  },
  {
    code: 'XL-029',
    check(context, verdict) {
      for (const { domain, item, device } of virtios(context))
        if (device.type !== undefined && isMmio(device) && !device.type.startsWith('virtio,device'))
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'virtio')} has the type '${device.type}'`,
            help: 'write type=virtio,deviceN, N the number of the device in hexadecimal',
          })
    },
  },
  {
    code: 'XL-030',
    check(context, verdict) {
      for (const { domain, item, device } of virtios(context))
        if (!device.crashesXl && (device.transport ?? 'unknown').toLowerCase() === 'unknown')
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'virtio')} has no transport ('${item.text}')`,
            help: 'add transport=mmio',
          })
    },
  },
  {
    code: 'XL-031',
    check(context, verdict) {
      for (const { domain, item, device } of virtios(context))
        if (device.transport !== undefined && !isMmio(device) && device.transport.toLowerCase() !== 'unknown')
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'virtio')} has the transport '${device.transport}'`,
            help: 'write transport=mmio',
          })
    },
  },
  {
    code: 'XL-032',
    check(context, verdict) {
      for (const { domain, item, device } of virtios(context))
        if (device.grantUsage !== undefined && !/^\s*[+-]?\d/.test(device.grantUsage))
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'virtio')} has grant_usage=${device.grantUsage}, which xl reads as 0`,
            help: 'write grant_usage=1 or grant_usage=0',
          })
    },
  },
  {
    code: 'XL-034',
    check(context, verdict) {
      const option = context.host && builtWithout(context.host.context, 'ioreq')
      for (const domain of option ? context.domains : [])
        if (option && virtioMmioOf(context, domain) > 0)
          verdict.violated({
            at: ownerOf(domain),
            message: `'${domain.config.domain}' has virtio devices, and this Xen is built without ${option}`,
            help: buildWith(option),
          })
    },
  },
  {
    code: 'XL-035',
    check(context, verdict) {
      for (const { domain, item, device } of readableDisks(context)) {
        const { specification = 'xen', backendtype } = device
        const isVirtio = specification === 'virtio'
        if (backendtype === undefined || isVirtio === (backendtype === 'standalone')) continue
        verdict.violated({
          at: item.at,
          message: `${named(domain, 'disk')} has specification=${specification} with backendtype=${backendtype} ('${item.text}')`,
          help: 'use specification=virtio with backendtype=standalone, and each of them only with the other',
        })
      }
    },
  },
  {
    code: 'XL-036',
    check(context, verdict) {
      for (const { domain, item, device } of readableDisks(context)) {
        const isVirtio = device.specification === 'virtio' || device.backendtype === 'standalone'
        if (isVirtio && ((device.format ?? 'raw') !== 'raw' || device.script !== undefined))
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'disk')} has specification=virtio with ${device.script === undefined ? `format=${device.format}` : 'a script'} ('${item.text}')`,
            help: 'use format=raw, without a script',
          })
      }
    },
  },
  {
    code: 'XL-037',
    needs: ['XL-039'],
    check(context, verdict) {
      const seen = new Map<XlDomainContext, Set<string>>()
      for (const { domain, item, device } of disks(context)) {
        const { vdev = '', wrong } = device
        const names = seen.get(domain) ?? new Set()
        if (wrong !== undefined) continue
        const fault = vdev === '' ? 'no vdev' : !isVdev(vdev) ? `the vdev '${vdev}'` : undefined
        if (fault || names.has(vdev))
          verdict.violated({
            at: item.at,
            message: fault
              ? `${named(domain, 'disk')} has ${fault} ('${item.text}')`
              : `${named(domain, 'disk')} has the vdev '${vdev}' twice`,
            help: 'add vdev=xvda, or xvdb, …, another for each disk',
          })
        seen.set(domain, names.add(vdev))
      }
    },
  },
  {
    code: 'XL-038',
    needs: ['XL-039'],
    check(context, verdict) {
      for (const { domain, item, device } of disks(context))
        if (!device.wrong && device.target === undefined && !device.cdrom)
          verdict.violated({
            at: item.at,
            message: `${named(domain, 'disk')} has no target ('${item.text}')`,
            help: 'add target=PATH, as the last part',
          })
    },
  },
  {
    code: 'XL-039',
    check(context, verdict) {
      for (const { domain, item, device } of disks(context))
        if (device.wrong !== undefined)
          verdict.violated({
            at: item.at,
            message: `xl cannot read '${item.text}' in ${named(domain, 'disk')}: ${device.wrong}`,
            help: 'write format=raw, vdev=xvda, access=rw, target=PATH',
          })
    },
  },
]
