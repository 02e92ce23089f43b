/** `docs/findings/*.md`: every code that a finding can have, a page for each family. */
import { WHY_NOT } from '../../src/diagnostics/catalogue/entry.ts'
import { type Code, catalogue, entryOf } from '../../src/diagnostics/catalogue/index.ts'
import { anchor, banner, markdownTable, page, plain } from './markdown.ts'

/** What the codes of each family are about. */
export const FAMILIES: Readonly<Record<string, string>> = {
  MAN: 'reading a manifest',
  REF: 'what a manifest refers to: files, paths, names',
  RES: 'RAM and memory to load to',
  OUT: 'the output folder and the lock file',
  FDT: 'device trees as Xen reads them',
  MOD: 'boot modules and arguments',
  DOM: 'domains that Xen builds',
  KRN: 'kernels and ramdisks',
  PT: 'partial device trees and devices given to domains',
  DEV: 'what a given device depends on',
  SCI: 'firmware that controls clocks and power (SCMI)',
  D0: 'dom0',
  SM: 'static memory',
  SHM: 'static shared memory',
  EVC: 'static event channels',
  CPU: 'CPUs and cpupools',
  LLC: 'colours of the last-level cache',
  XL: 'xl configurations',
  ISO: 'isolation',
  LIF: 'lifetimes',
  VIO: 'virtio devices',
  PV: 'disks and networks by Xen’s own drivers',
  ARG: 'Argo',
}

/** Texts of the pages, by file name: a list of all codes, then the families. */
export function findingsPages(): ReadonlyMap<string, string> {
  const codes = Object.keys(catalogue()).toSorted() as Code[]
  const families = byFamily(codes)
  const pages = Object.entries(families).map(([family, members]): [string, string] => [
    `findings/${family}.md`,
    familyPage(family, members),
  ])
  return new Map([['findings/README.md', overview(families)], ...pages])
}

function byFamily(codes: readonly Code[]): Readonly<Record<string, readonly Code[]>> {
  const names = [...new Set(codes.map((one) => one.slice(0, one.indexOf('-'))))]
  return Object.fromEntries(names.map((name) => [name, codes.filter((one) => one.startsWith(`${name}-`))]))
}

function overview(families: Readonly<Record<string, readonly Code[]>>): string {
  const parts = Object.entries(families).flatMap(([family, codes]) => [
    `## ${family}: ${subjectOf(family)}`,
    markdownTable(
      ['code', '', 'rule'],
      codes.map((one) => [`[${one}](${family}.md#${anchor(one)})`, entryOf(one).severity, plain(entryOf(one).title)]),
    ),
  ])
  return page([
    '# Findings',
    banner('src/diagnostics/catalogue'),
    'Codes are permanent. `domforge explain MOD-005` prints the same as these pages.',
    ...parts,
  ])
}

const familyPage = (family: string, codes: readonly Code[]): string =>
  page([`# ${family}: ${subjectOf(family)}`, banner('src/diagnostics/catalogue'), ...codes.flatMap(entryParts)])

function subjectOf(family: string): string {
  const subject = FAMILIES[family]
  if (subject === undefined) throw new Error(`the family ${family} has no subject: add it to FAMILIES`)
  return subject
}

function entryParts(one: Code): readonly string[] {
  const { title, severity, acceptable, effect, explain, source } = entryOf(one)
  return [
    `## ${one}`,
    `**${plain(title)}** (${severity})`,
    plain(explain),
    effect === undefined ? '' : `When it is violated: ${plain(effect)}.`,
    acceptable === 'yes' ? 'It can be accepted with a reason.' : `It cannot be accepted: ${WHY_NOT[acceptable]}.`,
    source === undefined ? '' : `Source: ${plain(source)}`,
  ]
}
