import type { GuestReport, RamRange } from './facts.ts'

/** What a domain must report, by plan. Where dom0's RAM lies is up to Xen. */
export interface GuestExpectation extends Omit<GuestReport, 'ram'> {
  readonly name: string
  readonly ram: readonly RamRange[] | { readonly total: bigint }
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
  const compared: readonly [what: string, planned: unknown, reported: unknown][] = [
    ['domain id', planned.domainId, report.domainId],
    ['CPUs', planned.cpus, report.cpus],
    'total' in planned.ram
      ? ['bytes of RAM', printBytes(planned.ram.total), printBytes(totalSize(report.ram))]
      : ['RAM', printRanges(planned.ram), printRanges(report.ram)],
    ['command line', planned.cmdline, report.cmdline],
  ]
  return compared
    .filter(([, a, b]) => a !== b)
    .map(([what, a, b]) => `${planned.name}: ${what} planned ${JSON.stringify(a)}, reported ${JSON.stringify(b)}`)
}

function printRanges(ranges: readonly RamRange[]): string {
  return ranges.map(({ base, size }) => `[0x${base.toString(16)}..0x${(base + size).toString(16)})`).join(' ')
}

function totalSize(ranges: readonly RamRange[]): bigint {
  return ranges.reduce((total, { size }) => total + size, 0n)
}

const printBytes = (bytes: bigint): string => `0x${bytes.toString(16)}`
