/** Names and numbers of a layout itself, and the layouts that a header explains. */
import { expect, it } from 'vitest'
import { headerText } from '../../../src/emit/virtio/c-header.ts'
import { domainSymbols } from '../../../src/emit/virtio/symbols.ts'
import type { StaticShmDocument, VirtioDocument } from '../../../src/guests/virtio-document.ts'
import { bytes, regionOffset } from '../../../src/units/quantities.ts'

const peer = { name: 'other', idIsValid: 'until the domain is created anew' } as const
const link = (layout: string): StaticShmDocument => ({
  ...{ type: 'rpmsg', deviceId: 7, transport: 'static-shm', layout, role: 'driver', peer, region: 'frames' },
  ...{ offset: regionOffset(0n), size: bytes(64), addresses: 'region-offset', features: { bits: 1n, names: [] } },
  ...{ parts: {}, queues: {} },
})
const documentOf = (...layouts: readonly string[]): VirtioDocument => ({
  version: 2,
  system: 'bench',
  domain: { name: 'app', id: 5, idIsValid: 'until the domain is created anew' },
  memory: { type: 'normal', cacheability: 'write-back', shareability: 'inner', byteOrder: 'little' },
  header: {
    magic: 0x1234n,
    protocol: { start: 'words of the start' },
    status: { reset: 0, 'in-use': 3 },
    words: { deviceState: { status: { offset: 0, size: 4 }, generation: { offset: 8, size: 4 } } },
  },
  regions: {},
  devices: Object.fromEntries(layouts.map((layout) => [`in-${layout}`, link(layout)])),
})

it('the layout static-vrings has its magic, its states, directions and the places of its words', () => {
  const symbols = domainSymbols(documentOf('static-vrings')).map(({ name, value }) => [
    name,
    value.kind === 'count' ? value.value : value.kind === 'bytes' ? '' : value.text,
  ])
  expect(symbols).toEqual([
    ['DOMFORGE_VERSION', 2],
    ['DOMFORGE_SYSTEM', 'bench'],
    ['DOMFORGE_DOMAIN', 'app'],
    ['DOMFORGE_DOMAIN_ID', 5],
    ['DOMFORGE_DEVICES', 'IN_STATIC_VRINGS'],
    ['DOMFORGE_STATIC_VRINGS__MAGIC', '0x1234'],
    ['DOMFORGE_STATIC_VRINGS__STATUS_RESET', 0],
    ['DOMFORGE_STATIC_VRINGS__STATUS_IN_USE', 3],
    ['DOMFORGE_STATIC_VRINGS__FLOW_TO_DRIVER', 0],
    ['DOMFORGE_STATIC_VRINGS__FLOW_TO_DEVICE', 1],
    ['DOMFORGE_STATIC_VRINGS__FLOW_BOTH', 2],
    ['DOMFORGE_STATIC_VRINGS__DEVICE_STATE_STATUS_AT', 0],
    ['DOMFORGE_STATIC_VRINGS__DEVICE_STATE_GENERATION_AT', 8],
  ])
})

it.each<[readonly string[], readonly string[]]>([
  [['static-vrings'], ['static-vrings']],
  [
    ['zephyr-static-vrings', 'static-vrings'],
    ['static-vrings', 'zephyr-static-vrings'],
  ],
  [[], []],
])('a header explains %j, each once', (used, explained) => {
  const text = headerText(documentOf(...used))
  expect([...text.matchAll(/ \* The layout (\S+), as/g)].map(([, layout]) => layout)).toEqual(explained)
  expect(text.includes(' *\n * start: words of the start\n')).toBe(used.includes('static-vrings'))
})
