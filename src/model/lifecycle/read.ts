/** `domains.*.lifecycle` and `platform-resets`. */
import { atValue, member } from '../../diagnostics/diagnostic.ts'
import { InternalError } from '../../diagnostics/internal-error.ts'
import type { Manifest, Lifecycle as Written } from '../../manifest/manifest.gen.ts'
import { isWholeSeconds, type Milliseconds, parseDuration } from '../../units/duration.ts'
import { type ModelContext, orDefault } from '../context.ts'
import { type Declared, isDeclared } from '../references.ts'
import { readLine } from '../text.ts'
import type { Lifecycle, PlatformResets, RestartAttempts, RestartBackoff } from './policy.ts'

/** What is absent stays absent where its default is decided later. `domains` are those that `after` may name. */
export function readLifecycle(context: ModelContext, pointer: string, written: Written, domains: Declared): Lifecycle {
  const after = (written.after ?? []).filter((name, index) =>
    isDeclared(context, atValue(member(`${pointer}/after`, index)), name, domains),
  )
  const reason = written['may-reset-platform']
  return {
    pointer,
    start: orDefault(context, pointer, 'start', written.start, 'auto'),
    after,
    'on-poweroff': orDefault(context, pointer, 'on-poweroff', written['on-poweroff'], 'stop'),
    ...given(context, pointer, 'on-reboot', written['on-reboot']),
    ...given(context, pointer, 'on-crash', written['on-crash']),
    ...given(context, pointer, 'on-hang', written['on-hang']),
    ...readGiven(context, pointer, 'watchdog', written.watchdog),
    ...readGiven(context, pointer, 'boot-limit', written['boot-limit']),
    'reboot-told-by': orDefault(context, pointer, 'reboot-told-by', written['reboot-told-by'], 'none'),
    attempts: readAttempts(context, `${pointer}/attempts`, written.attempts ?? {}),
    backoff: readBackoff(context, `${pointer}/backoff`, written.backoff ?? {}),
    ...(reason === undefined
      ? {}
      : { 'may-reset-platform': readLine(context, `${pointer}/may-reset-platform`, reason) }),
  }
}

const PLATFORM = '/platform-resets'

export function readPlatformResets(
  context: ModelContext,
  written: Manifest['platform-resets'],
): PlatformResets | undefined {
  if (!written) return undefined
  return {
    pointer: PLATFORM,
    max: written.max,
    'good-after': readDuration(context, PLATFORM, 'good-after', written['good-after'], '10min'),
    then: orDefault(context, PLATFORM, 'then', written.then, 'stay'),
  }
}

const readAttempts = (
  context: ModelContext,
  pointer: string,
  { max, window, then }: NonNullable<Written['attempts']>,
): RestartAttempts => ({
  pointer,
  max: orDefault(context, pointer, 'max', max, 5),
  window: readDuration(context, pointer, 'window', window, '10min'),
  then: orDefault(context, pointer, 'then', then, 'stop'),
})

const readBackoff = (
  context: ModelContext,
  pointer: string,
  { first, max }: NonNullable<Written['backoff']>,
): RestartBackoff => ({
  pointer,
  first: readDuration(context, pointer, 'first', first, '2s'),
  max: readDuration(context, pointer, 'max', max, '60s'),
})

/** What is absent stays absent, and is known to be. */
function given<K extends string, V>(
  context: ModelContext,
  pointer: string,
  key: K,
  value: V | undefined,
): { readonly [P in K]?: V } {
  if (value !== undefined) return { [key]: value } as { [P in K]: V }
  context.defaulted.add(member(pointer, key))
  return {}
}

const readGiven = <K extends string>(context: ModelContext, pointer: string, key: K, value: string | undefined) =>
  given(context, pointer, key, value === undefined ? undefined : durationAt(context, pointer, key, value))

const readDuration = (
  context: ModelContext,
  pointer: string,
  key: string,
  value: string | undefined,
  fallback: string,
): Milliseconds => durationAt(context, pointer, key, orDefault(context, pointer, key, value, fallback))

/** MAN-034 where it is not a positive number of whole seconds, which the supervisor and Xen's watchdogs count in. */
function durationAt(context: ModelContext, pointer: string, key: string, text: string): Milliseconds {
  const duration = parseDuration(text)
  if (duration === undefined) throw new InternalError(`${pointer}/${key}: the schema lets '${text}' through`)
  if (duration === 0n || !isWholeSeconds(duration) || duration > LONGEST)
    context.report('MAN-034', {
      at: atValue(member(pointer, key)),
      message: `${text} is ${duration > LONGEST ? 'more than a year' : duration === 0n ? 'no time at all' : 'not a whole number of seconds'}`,
      help: 'give a whole number of seconds, such as 5s, of a year at most',
    })
  return duration
}

/** A year: what is longer is a mistake, and the supervisor's shell counts in 32 bits on some systems. */
const LONGEST = 365n * 24n * 3_600_000n
