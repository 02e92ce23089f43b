/** Every code that the tool can report. Codes that mirror Xen keep the ids under which its rules are catalogued. */
import { defined } from '../defined.ts'
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
import { ptReach } from './pt-reach.ts'
import { pv } from './pv.ts'
import { ref } from './ref.ts'
import { res } from './res.ts'
import { sci } from './sci.ts'
import { shm } from './shm.ts'
import { sm } from './sm.ts'
import { vio } from './vio.ts'
import { vioMmio } from './vio-mmio.ts'
import { xl } from './xl.ts'
import { xlDevices } from './xl-devices.ts'
import { xlMachine } from './xl-machine.ts'

/** By the letters that its codes begin with. */
const families = {
  MAN: [man],
  REF: [ref],
  RES: [res],
  OUT: [out],
  FDT: [fdt],
  MOD: [mod],
  DOM: [dom, domFeatures, domRights],
  KRN: [krn],
  PT: [pt, ptReach, ptGiven],
  DEV: [dev],
  SCI: [sci],
  D0: [d0],
  SM: [sm],
  SHM: [shm],
  EVC: [evc],
  CPU: [cpu],
  LLC: [llc],
  XL: [xl, xlDevices, xlMachine],
  ISO: [iso],
  LIF: [lif],
  VIO: [vio, vioMmio],
  PV: [pv],
  ARG: [arg],
} as const

type Family = (typeof families)[keyof typeof families][number]
type CodesOf<F> = F extends () => infer Entries ? keyof Entries : never
export type Code = CodesOf<Family>

type Entries = Readonly<Record<string, CatalogueEntry>>

const made = new Map<string, Entries>()

/** The entries of all codes that begin like `code`. */
function familyOf(code: string): Entries {
  const letters = code.slice(0, Math.max(0, code.indexOf('-')))
  let entries = made.get(letters)
  if (!entries && Object.hasOwn(families, letters)) {
    entries = Object.assign({}, ...families[letters as keyof typeof families].map((part) => part())) as Entries
    made.set(letters, entries)
  }
  return entries ?? {}
}

/** What is known of a code. */
export const entryOf = (code: Code): CatalogueEntry => defined(familyOf(code)[code], `entry for ${code}`)

/** The whole catalogue, for those who list it. */
export const catalogue = (): Readonly<Record<Code, CatalogueEntry>> =>
  Object.assign({}, ...Object.keys(families).map((letters) => familyOf(`${letters}-`))) as Record<Code, CatalogueEntry>

/** Whether `text` is a code that can be explained. */
export const isCode = (text: string): text is Code => Object.hasOwn(familyOf(text), text)

/** The code that `text` may stand for: `mod-5` is MOD-005. */
export const wholeCode = (text: string): string =>
  text
    .toUpperCase()
    .replace(/^([A-Z0-9]+)-([0-9]{1,2})$/, (_, family, number) => `${family}-${number.padStart(3, '0')}`)
