/** Findings as SARIF 2.1.0 (OASIS Standard, sarif-v2.1.0-os), for code scanning and for editors that show it. */
import { pathToFileURL } from 'node:url'
import type { Location, Log, Region, ReportingDescriptor, Result } from 'sarif'
import { type Code, entryOf } from '../catalogue/index.ts'
import type { Acceptance, Diagnostic } from '../diagnostic.ts'
import type { Severity } from '../severity.ts'
import type { Place, Placed } from './arrange.ts'
import { printable } from './columns.ts'
import { prose } from './prose.ts'

const LEVELS = { error: 'error', warning: 'warning', note: 'note' } as const satisfies Partial<
  Record<Severity, Result.level>
>

/** One JSON document, ending in a newline, with a rule for every code that was found. `version`: of this tool. */
export function renderSarif(placed: readonly Placed[], version: string): string {
  const codes = [...new Set(placed.map(({ diagnostic }) => diagnostic.code))].sort()
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'domforge', version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: placed.map((one) => resultOf(one, codes)),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function ruleOf(code: Code): ReportingDescriptor {
  const { title, severity, effect, explain } = entryOf(code)
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: effect === undefined ? explain : `${effect}. ${explain}` },
    defaultConfiguration: { level: levelOf(severity) },
    help: { text: explain },
  }
}

function resultOf(placed: Placed, codes: readonly Code[]): Result {
  const { diagnostic, at, related, manifest } = placed
  return {
    ruleId: diagnostic.code,
    ruleIndex: codes.indexOf(diagnostic.code),
    level: levelOf(ownSeverity(diagnostic)),
    message: { text: prose(placed).join('\n') },
    locations: [locationOf(at)],
    ...(manifest === undefined ? {} : { analysisTarget: { uri: uriOf(manifest) } }),
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((one) => ({
            ...locationOf(one.at),
            message: { text: printable(one.message) },
          })),
        }),
    ...(diagnostic.acceptance ? { suppressions: [suppressionOf(diagnostic.acceptance)] } : {}),
  }
}

/** Of what is accepted, the rule's. */
const ownSeverity = ({ code, severity, acceptance }: Diagnostic): Severity =>
  acceptance ? entryOf(code).severity : severity

const levelOf = (severity: Severity): Result.level => (severity === 'accepted' ? 'note' : LEVELS[severity])

const suppressionOf = ({ reason }: Acceptance) => ({ kind: 'inSource' as const, justification: printable(reason) })

function locationOf(at: Place): Location {
  const region = regionOf(at)
  const name = at.pointer ?? at.node
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(at.file) }, ...(region ? { region } : {}) },
    ...(name === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: printable(name) }] }),
  }
}

/** The end column is exclusive, as ours (3.30.8). */
const regionOf = ({ line, column, endColumn }: Place): Region | undefined =>
  line === undefined
    ? undefined
    : {
        startLine: line,
        ...(column === undefined ? {} : { startColumn: column }),
        ...(column === undefined || endColumn === undefined ? {} : { endColumn }),
      }

/** A relative path stays relative, from where the tool runs; a colon in its first part would read as a scheme (RFC 3986, 4.2). */
function uriOf(file: string): string {
  if (file.startsWith('/')) return pathToFileURL(file).href
  return file
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
}
