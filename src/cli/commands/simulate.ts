import { lifecycleOf, type PlannedLifecycle } from '../../lifecycle/managed.ts'
import { simulate as run, type Simulation, type Trial } from '../../lifecycle/simulate.ts'
import { stepText, trialText } from '../../lifecycle/step-text.ts'
import { runPipeline } from '../../pipeline.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import { stderr, stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'
import { meant, refuseUsage } from '../refuse.ts'
import { settingsOf } from '../settings.ts'
import { table } from '../terminal.ts'

const DEATHS = ['poweroff', 'reboot', 'crash', 'hang'] as const
const MOST = 1000

/** `domforge simulate`: the steps on stdout, findings on stderr. Nothing is simulated while there are errors. */
export function simulate(invocation: Invocation): number {
  const { event, times, format } = invocation.options
  const count = Number(times)
  if (!/^[0-9]+$/.test(String(times)) || count < 1 || count > MOST)
    return refuseUsage(`--times is '${times}', and has to be a number from 1 to ${MOST}`)
  if (event === undefined) return refuseUsage('--event is missing: say what happens, for example --event crash:NAME')
  const outcome = runPipeline(invocation.arguments['manifest'] ?? '', settingsOf(invocation))
  const json = format === 'json'
  printFindings(outcome, json ? 'json' : 'text', stderr)
  if (!outcome.plan || outcome.findings.hasErrors) return exitStatusOf(outcome)
  const lifecycle = lifecycleOf(outcome.plan)
  const trial = trialOf(String(event), lifecycle, outcome.plan)
  if (typeof trial === 'string') return refuseUsage(trial)
  const simulation = run(lifecycle, trial, count)
  stdout.write(json ? documentOf(trial, simulation) : textOf(simulation))
  return exitStatusOf(outcome)
}

/** What `--event` says, or what is wrong with it. */
function trialOf(word: string, { domains }: PlannedLifecycle, { model }: SystemPlan): Trial | string {
  if (word === 'xenstored' || word === 'reset') return { kind: word }
  const [, kind = word, domain] = /^([^:]*):(.*)$/.exec(word) ?? []
  const death = DEATHS.find((each) => each === kind)
  if (death === undefined || domain === undefined)
    return `--event is '${word}'${meant(kind, [...DEATHS, 'xenstored', 'reset'])}; there are poweroff:NAME, reboot:NAME, crash:NAME, hang:NAME, xenstored and reset`
  const names = domains.map((managed) => managed.domain.name)
  if (names.includes(domain)) return { kind: 'death', death, domain }
  const other = model.domains.find(({ name }) => name === domain)
  if (other?.boot === 'dom0') return `'${domain}' has no lifecycle: Xen resets the machine when dom0 ends`
  return other
    ? `'${domain}' is not supervised: it has no lifecycle`
    : `no domain is named '${domain}'${meant(domain, names)}`
}

function textOf({ steps, ends }: Simulation): string {
  const rows = steps.map((step) => [`${step.at} s`.padStart(8), stepText(step)])
  const state = ends.map(({ domain, runs }) => `${domain} ${runs ? 'runs' : 'is down'}`).join(', ')
  return `${table(rows)}\nAt the end: ${state || 'no domain is supervised'}\n`
}

const documentOf = (trial: Trial, { steps, ends }: Simulation): string =>
  `${JSON.stringify(
    {
      version: 1,
      event: trialText(trial),
      steps: steps.map((step) => ({ ...step, text: stepText(step) })),
      ends: Object.fromEntries(ends.map(({ domain, runs }) => [domain, runs ? 'runs' : 'down'])),
    },
    null,
    2,
  )}\n`
