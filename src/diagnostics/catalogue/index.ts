/** Every code that the tool can report. Codes that mirror Xen keep the ids under which its rules are catalogued. */
import { arg } from './arg.ts'
import { cpu } from './cpu.ts'
import { d0 } from './d0.ts'
import { dev } from './dev.ts'
import { dom } from './dom.ts'
import { domFeatures } from './dom-features.ts'
import { domRights } from './dom-rights.ts'
import type { CatalogueEntry } from './entry.ts'
import { evc } from './evc.ts'
import { fdt } from './fdt.ts'
import { iso } from './iso.ts'
import { krn } from './krn.ts'
import { lif } from './lif.ts'
import { llc } from './llc.ts'
import { man } from './man.ts'
import { mod } from './mod.ts'
import { out } from './out.ts'
import { pt } from './pt.ts'
import { ptGiven } from './pt-given.ts'
import { pv } from './pv.ts'
import { ref } from './ref.ts'
import { res } from './res.ts'
import { sci } from './sci.ts'
import { shm } from './shm.ts'
import { sm } from './sm.ts'
import { vio } from './vio.ts'
import { xl } from './xl.ts'
import { xlDevices } from './xl-devices.ts'
import { xlMachine } from './xl-machine.ts'

const entries = {
  ...man,
  ...ref,
  ...res,
  ...out,
  ...fdt,
  ...mod,
  ...dom,
  ...domFeatures,
  ...domRights,
  ...krn,
  ...pt,
  ...dev,
  ...sci,
  ...ptGiven,
  ...d0,
  ...sm,
  ...shm,
  ...evc,
  ...cpu,
  ...llc,
  ...xl,
  ...xlDevices,
  ...xlMachine,
  ...iso,
  ...lif,
  ...vio,
  ...pv,
  ...arg,
} as const

export type Code = keyof typeof entries

export const catalogue: Readonly<Record<Code, CatalogueEntry>> = entries

/** Whether `text` is a code that can be explained. */
export const isCode = (text: string): text is Code => Object.hasOwn(catalogue, text)

/** The code that `text` may stand for: `mod-5` is MOD-005. */
export const wholeCode = (text: string): string =>
  text
    .toUpperCase()
    .replace(/^([A-Z0-9]+)-([0-9]{1,2})$/, (_, family, number) => `${family}-${number.padStart(3, '0')}`)
