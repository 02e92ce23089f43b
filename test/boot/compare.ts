import type { GuestReport, RamRange } from './facts.ts'

/** What a domain must report, by plan. Where dom0's RAM lies is up to Xen; the trees of dom0 and of xl's guests are not ours. */
export interface GuestExpectation
  extends Omit<
    GuestReport,
    'ram' | 'devices' | 'problems' | 'links' | 'metadata' | 'exchanges' | 'devicesUsed' | 'tools'
  > {
  readonly name: string
  readonly ram: readonly RamRange[] | { readonly total: bigint }
  readonly devices?: readonly string[]
  /** Absent: it was not asked to try any. */
  readonly links?: readonly string[]
  /** Absent: there is none. */
  readonly metadata?: string
}

/** What differs between plan and reports, one line each; none when every guest came up as planned and no other did. */
export function differences(
  expected: readonly GuestExpectation[],
  reports: ReadonlyMap<string, GuestReport>,
): string[] {
  const unexpected = [...reports.keys()].filter((name) => !expected.some((guest) => guest.name === name))
  return [
    ...expected.flatMap((guest) => guestDifferences(guest, reports.get(guest.name))),
    ...unexpected.map((name) => `${name}: reports, but is not planned`),
  ]
}

function guestDifferences(planned: GuestExpectation, report: GuestReport | undefined): string[] {
  if (report === undefined) return [`${planned.name}: planned, but does not report`]
  const compared: readonly Compared[] = [
    ['domain id', planned.domainId, report.domainId],
    ['CPUs', planned.cpus, report.cpus],
    'total' in planned.ram
      ? ['bytes of RAM', printBytes(planned.ram.total), printBytes(totalSize(report.ram))]
      : ['RAM', printRanges(planned.ram), printRanges(report.ram)],
    ['command line', planned.cmdline, report.cmdline],
    ['reserved memory', planned.reserved.join(', '), report.reserved.join(', ')],
    ['devices', planned.devices?.join(' '), planned.devices && report.devices.join(' ')],
    ['links', planned.links?.join(', '), planned.links && report.links.join(', ')],
    ['metadata', planned.metadata ?? '', report.metadata],
    ['console', planned.console, report.console],
    ['problems', '', report.problems.join(', ')],
  ]
  return printDifferences(planned.name, 'reported', compared)
}

/** A value as planned and as it was found. */
export type Compared = readonly [what: string, planned: unknown, found: unknown]

/** Those that differ; `found` is the verb. */
export const printDifferences = (who: string, found: string, compared: readonly Compared[]): string[] =>
  compared
    .filter(([, a, b]) => a !== b)
    .map(([what, a, b]) => `${who}: ${what} planned ${JSON.stringify(a)}, ${found} ${JSON.stringify(b)}`)

function printRanges(ranges: readonly RamRange[]): string {
  return ranges.map(({ base, size }) => `[0x${base.toString(16)}..0x${(base + size).toString(16)})`).join(' ')
}

function totalSize(ranges: readonly RamRange[]): bigint {
  return ranges.reduce((total, { size }) => total + size, 0n)
}

export const printBytes = (bytes: bigint): string => `0x${bytes.toString(16)}`
