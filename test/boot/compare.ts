import type { GuestReport, RamRange } from './facts.ts'

/** What a guest must report, by plan. */
export type GuestExpectation = GuestReport & { readonly name: string }

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
    ['RAM', printRanges(planned.ram), printRanges(report.ram)],
    ['command line', planned.cmdline, report.cmdline],
  ]
  return compared
    .filter(([, a, b]) => a !== b)
    .map(([what, a, b]) => `${planned.name}: ${what} planned ${JSON.stringify(a)}, reported ${JSON.stringify(b)}`)
}

function printRanges(ranges: readonly RamRange[]): string {
  return ranges.map(({ base, size }) => `[0x${base.toString(16)}..0x${(base + size).toString(16)})`).join(' ')
}
