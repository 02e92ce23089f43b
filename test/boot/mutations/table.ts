/** Judgements as people read them. */
import { type Judgement, KINDS, type Kind } from './judge.ts'

/** How often each kind was seen, release by release. */
export function agreementTable(byRelease: ReadonlyMap<string, readonly Judgement[]>): string {
  const releases = [...byRelease.keys()]
  const count = (release: string, kind: Kind): number =>
    (byRelease.get(release) ?? []).filter((one) => one.kind === kind).length
  const kinds = Object.keys(KINDS) as readonly Kind[]
  const width = Math.max(...kinds.map((kind) => kind.length)) + 4
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(8)).join('')}`
  return [
    row('', releases),
    ...kinds.map((kind) =>
      row(
        `${KINDS[kind] ? '  ' : '! '}${kind}`,
        releases.map((release) => count(release, kind)),
      ),
    ),
    row(
      '  mutants',
      releases.map((release) => byRelease.get(release)?.length ?? 0),
    ),
  ].join('\n')
}

/** How often each code was found where Xen agreed. */
export function codesSeen(byRelease: ReadonlyMap<string, readonly Judgement[]>): string {
  const counts = new Map<string, number>()
  for (const { kind, codes } of [...byRelease.values()].flat())
    for (const code of KINDS[kind] ? codes : []) counts.set(code, (counts.get(code) ?? 0) + 1)
  const texts = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => `${code} ${count}`)
  return `  codes: ${texts.join(', ') || 'none'}`
}

export const isAgreement = ({ kind }: Judgement): boolean => KINDS[kind]

/** One mutant in a few lines. */
export const described = (release: string, { index, system, what, kind, codes, seen }: Judgement): string =>
  [
    `${release} #${index} ${system}: ${what}`,
    `  ${kind}${codes.length > 0 ? `: ${codes.join(', ')}` : ''}`,
    ...seen.map((line) => `  ${line}`),
  ].join('\n')
