/** Steps of a simulation as text. */
import type { Step, Trial } from './simulate.ts'
import { secondsText } from './words.ts'

const DEATHS = {
  poweroff: 'switches itself off',
  reboot: 'reboots on purpose',
  crash: 'crashes',
  hang: 'hangs',
} as const

export function trialText(trial: Trial): string {
  switch (trial.kind) {
    case 'death':
      return `${trial.domain} ${DEATHS[trial.death]}`
    case 'xenstored':
      return 'xenstored is lost'
    case 'reset':
      return 'a reset of the machine is requested'
  }
}

const SEEN = {
  poweroff: 'a power-off',
  reboot: 'a reset',
  marked: 'a reset after the mark',
  crash: 'a crash',
  hang: 'an expired watchdog',
  silent: 'a domain that does not report that it is up',
  gone: 'gone',
  stuck: 'a domain that cannot be removed',
  failed: 'a domain that cannot be created',
  bereft: 'a domain without what it needs',
  asked: 'asked for',
} as const

export function stepText(step: Step): string {
  switch (step.what) {
    case 'event':
      return trialText(step.trial)
    case 'unseen':
      return `it goes unnoticed: ${step.domain} stays as it is`
    case 'seen':
      return `${step.domain} is seen as ${SEEN[step.as]}`
    case 'attempt':
      return `${step.domain}: attempt ${step.number} of ${step.of}, in ${secondsText(step.delay)}`
    case 'removed':
      return `${step.domain} is removed`
    case 'silenced':
      return `${step.program} quiesces ${step.device} of ${step.domain}${step.writes === undefined ? '' : `: ${step.writes}`}`
    case 'created':
      return `${step.domain} is created and runs`
    case 'stopped':
      return stoppedText(step.domain, step.why)
    case 'reset':
      return `the machine is reset, ${step.number} of ${step.of}`
    case 'stays':
      return 'no reset is left: the machine keeps running as it is'
  }
}

function stoppedText(domain: string, why: (Step & { readonly what: 'stopped' })['why']): string {
  switch (why) {
    case 'given-up':
      return `${domain} stays down: its attempts are used up`
    case 'no-reset':
      return `${domain} stays down: what it asked for is not done`
    default:
      return `${domain} stays down, as its lifecycle says`
  }
}
