/** What the report says of each device: type, layout, features, buffers, and who starts first. */
import { expect, it } from 'vitest'
import { virtioLines } from '../../../src/emit/report/virtio.ts'
import type { SystemPlan } from '../../../src/plan/system-plan.ts'
import { Emitted } from '../../support/virtio/emitted-system.ts'

const { plan } = new Emitted().assembly
const lines = virtioLines(plan)
const all = lines.join(' ').replaceAll(/\s+/g, ' ')

it('each device has its type, layout, ends and features', () => {
  expect(all.match(/\S+ is a .*? device, .*?; features [^-]*?(?= -)/g)).toEqual([
    'to-mcu is a rpmsg device (7) in the layout zephyr-static-vrings: mcu is the device, app its driver; features 0x1 (ns)',
    'to-app is a rpmsg device (7) in the layout zephyr-static-vrings: app is the device, mcu its driver; features 0x1 (ns)',
    'old is a rpmsg device (7) in the layout resource-table: bare is the device, app its driver; features 0x0',
  ])
})

it('each queue has its buffers where there are some, and the ports of both ends', () => {
  expect(all).toContain(
    "to-app, queue 1 'tx': 16 descriptors, split; buffers 16 to 31; 'up' notifies: port 9 in app, port 8 in mcu",
  )
  expect(all).toContain("old, queue 0 'rx': 64 descriptors, split; no buffers; both ends poll")
})

it('who starts first is said for the layouts that do not settle it themselves', () => {
  expect(all).toContain('- to-mcu: app clears the first byte before mcu starts; ')
  expect(all).toContain('- to-app: mcu clears the first byte before app starts; ')
  expect(all).toContain('- old: bare starts first and writes the table, its first word last; app waits for it; ')
  expect(all.match(/both start again \(domforge explain zephyr-static-vrings\)/g)).toHaveLength(2)
  expect(all.match(/both start again \(domforge explain resource-table\)/g)).toHaveLength(1)
  expect(all.match(/a stock Zephyr also needs/g)).toHaveLength(2)
})

it('each region with devices has a table for its own ends, and no other region has one', () => {
  const tables = (of: SystemPlan) => virtioLines(of).flatMap((line) => /^ {2}'(.*?)'/.exec(line)?.[1] ?? [])
  expect(tables(plan)).toEqual(['frames', 'table'])
  const [frames] = plan.regions
  if (!frames) throw new Error('no region')
  const spare = { ...frames, region: { ...frames.region, name: 'spare' } }
  expect(tables({ ...plan, regions: [...plan.regions, spare] })).toEqual(['frames', 'table'])
  expect(all).toContain("'frames' (frames), 2 MiB offset up to what written by in mcu in app")
  expect(all).toContain("'table' (table), 1 MiB offset up to what written by in bare in app")
})

it('a guest without devices in shared memory finds nothing there, and a system without has no section', () => {
  expect(all.match(/\S+ finds its configuration/g)).toEqual(
    ['app', 'mcu', 'bare'].map((name) => `${name} finds its configuration`),
  )
  const mmio = plan.virtio.filter(({ transport }) => transport === 'mmio')
  expect(virtioLines({ ...plan, virtio: mmio })).toEqual([])
})
