import { resolve } from 'node:path'
import { type WrittenOutputs, writeOutputs } from '../../output/write.ts'
import { encode, type Outcome, runPipeline } from '../../pipeline.ts'
import { formatSize } from '../../units/format.ts'
import { bytes } from '../../units/quantities.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import type { Invocation } from '../parse.ts'
import { paint, table } from '../terminal.ts'

interface Built {
  readonly outputs: WrittenOutputs
  /** Bytes of each output. */
  readonly sizes: ReadonlyMap<string, number>
}

/** `domforge build`: findings on stderr; what was made on stdout. */
export function build(invocation: Invocation): number {
  const { manifest = '' } = invocation.arguments
  const { out, format, quiet } = invocation.options
  const outcome = runPipeline(manifest)
  const built = outcome.findings.hasErrors ? undefined : write(outcome, String(out))
  printFindings(outcome, String(format), process.stderr)
  if (built && format === 'json') process.stdout.write(record(String(out), built))
  else if (built && !quiet) process.stdout.write(listing(String(out), built, outcome))
  return exitStatusOf(outcome)
}

function write(outcome: Outcome, folder: string): Built | undefined {
  const { assembly, source, findings } = outcome
  if (!assembly || !source) return undefined
  const { artifacts, record } = encode(assembly, sourceDateEpoch())
  const inputs = [...source.files, ...assembly.plan.inputs].map(({ path }) => resolve(source.folder, path))
  const outputs = writeOutputs({ folder, artifacts, record, inputs }, findings.report)
  const sizes = new Map([...artifacts, record].map(({ path, contents }) => [path, Buffer.byteLength(contents)]))
  return outputs && { outputs, sizes }
}

/** https://reproducible-builds.org/specs/source-date-epoch/; anything but a time that 32 bits hold counts as not set. */
function sourceDateEpoch(): number {
  const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? 0)
  return Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 32 ? seconds : 0
}

const record = (out: string, { outputs }: Built): string =>
  `${JSON.stringify({ version: 1, ok: true, out, ...outputs }, null, 2)}\n`

function listing(out: string, { outputs, sizes }: Built, outcome: Outcome): string {
  const { written, unchanged, removed } = outputs
  const rows = [...sizes].map(([path, size]) => [
    `  ${out}/${path}`,
    formatSize(bytes(size)),
    written.includes(path) ? '' : 'unchanged',
  ])
  const counts = [`${written.length} written`, `${unchanged.length} unchanged`, `${removed.length} removed`]
  return [
    table(rows),
    ...removed.map((path) => `  ${out}/${path}  removed: nothing makes it any more\n`),
    `${paint(process.stdout, 'bold', `${sizes.size} files`)} in ${out}/: ${counts.join(', ')}\n`,
    nextStep(out, outcome),
  ].join('')
}

/** What a person at the board does now. */
function nextStep(out: string, { model }: Outcome): string {
  if (!model) return ''
  const { load } = model.boot
  const command = load.from === 'tftp' ? 'tftpboot' : `load virtio ${load.device}`
  return [
    `next: read ${out}/report/report.txt, put the files that it lists where U-Boot finds them, and type there\n`,
    `  ${command} \${scriptaddr} ${load.prefix}boot.scr && source \${scriptaddr}\n`,
  ].join('')
}
