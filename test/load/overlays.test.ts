/** Where overlays that U-Boot applies come from. */
import { expect, it } from 'vitest'
import { overlaySources } from '../../src/load/overlays.ts'
import { bytes } from '../../src/units/quantities.ts'

it('are outputs with names of their own where they were sources, else files of the user', () => {
  const overlay = (path: string, compiled?: Uint8Array) => ({
    reference: { path, pointer: `/${path}`, folder: '/in' },
    size: bytes(100),
    growth: bytes(0),
    ...(compiled ? { compiled } : {}),
  })
  const blob = Uint8Array.of(1)
  const overlays = ['x/a.dtso', 'a.dts', 'b.dtso', 'y/a.dtso'].map((path) => overlay(path, blob))
  const sources = overlaySources([...overlays, overlay('a.dtbo')])
  expect(sources.map((source) => (typeof source === 'string' ? source : source.pointer))).toEqual([
    'overlays/a.dtbo',
    'overlays/a-2.dtbo',
    'overlays/b.dtbo',
    'overlays/a-3.dtbo',
    '/a.dtbo',
  ])
})
