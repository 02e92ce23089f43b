/** Lifecycles, for `plan.json`. */
import { lifecycleOf, type ManagedDomain } from '../lifecycle/managed.ts'
import { notRestartableText } from '../lifecycle/restartability.ts'
import type { Death } from '../model/lifecycle/policy.ts'
import { isGiven, type SystemModel } from '../model/system-model.ts'
import type { Provenance } from '../plan/provenance.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { secondsOf } from '../units/duration.ts'

/** The lifecycle of a domain; empty if it has none. */
export function lifecycleDocument(plan: SystemPlan, name: string): object {
  const managed = lifecycleOf(plan).domains.find(({ domain }) => domain.name === name)
  if (!managed) return {}
  const { lifecycle, notRestartable, needs, dependents } = managed
  const { attempts, backoff, watchdog, 'boot-limit': limit } = lifecycle
  return {
    lifecycle: {
      start: lifecycle.start,
      onPoweroff: actionOf(plan.model, managed, 'poweroff'),
      onReboot: actionOf(plan.model, managed, 'reboot'),
      onCrash: actionOf(plan.model, managed, 'crash'),
      onHang: actionOf(plan.model, managed, 'hang'),
      rebootToldBy: lifecycle['reboot-told-by'],
      ...(watchdog === undefined ? {} : { watchdog: secondsOf(watchdog) }),
      ...(limit === undefined ? {} : { bootLimit: secondsOf(limit) }),
      attempts: { max: attempts.max, window: secondsOf(attempts.window), after: attempts.then },
      backoff: { first: secondsOf(backoff.first), max: secondsOf(backoff.max) },
      needs,
      dependents,
      ...(notRestartable.length === 0 ? {} : { notRestartable: notRestartable.map(notRestartableText) }),
    },
  }
}

function actionOf(model: SystemModel, { lifecycle, actions }: ManagedDomain, death: Death) {
  const key = `on-${death}` as const
  const source: Provenance = isGiven(model, lifecycle, key)
    ? { by: 'manifest', at: `${lifecycle.pointer}/${key}` }
    : { by: 'default', reason: DEFAULTS[death] }
  return { value: actions[death], ...source }
}

const DEFAULTS: Readonly<Record<Death, string>> = {
  poweroff: 'a domain that switches itself off stays down',
  reboot: 'as on-crash where that is given, else whether it can come back',
  crash: 'whether it can come back',
  hang: 'whether it is seen, and whether it can come back',
}

/** How often the supervisor may reset the machine; empty if it never does. */
export function resetsDocument({ model: { 'platform-resets': resets } }: SystemPlan): object {
  if (!resets) return {}
  return { platformResets: { max: resets.max, goodAfter: secondsOf(resets['good-after']), after: resets.then } }
}
