/**
 * Partial trees of the user's that give devices to domains which xl creates. They say it in Xen's words, and domforge says the same to xl: so they have to be
 * what Xen could take if it built the domain itself.
 */
import { cells, node, property, text, wideCells } from '../../devicetree/build.ts'
import { DOMAIN_PANIC, NOT_CREATED } from '../../diagnostics/catalogue/effects.ts'
import { type Code, entryOf } from '../../diagnostics/catalogue/index.ts'
import { defined } from '../../diagnostics/defined.ts'
import { atKey, atValue, type Judge, type Origin } from '../../diagnostics/diagnostic.ts'
import type { Severity } from '../../diagnostics/severity.ts'
import type { XlDomain } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { KiB } from '../../units/quantities.ts'
import { CELLS } from '../../xen/bindings.ts'
import { runRules } from '../rule.ts'
import { assignedDeviceRules } from '../xen/rules/assigned-devices.ts'
import { assignedRegisterRules } from '../xen/rules/assigned-registers.ts'
import { deviceInterruptRules } from '../xen/rules/device-interrupts.ts'
import { deviceStreamRules } from '../xen/rules/device-streams.ts'
import { guestRegisterRules } from '../xen/rules/guest-registers.ts'
import { partialTreeRules } from '../xen/rules/partial-trees.ts'
import { type DomainView, readDomain } from '../xen/view/domains.ts'
import { scan } from '../xen/view/scan.ts'
import type { XenView } from '../xen/view.ts'

/** What is about Xen's own way of making a guest's tree, which xl does not have. */
const OF_XENS_TREE: ReadonlySet<Code> = new Set(['PT-026', 'PT-028', 'PT-040'])

const rules = [
  ...partialTreeRules,
  ...assignedDeviceRules,
  ...assignedRegisterRules,
  ...deviceInterruptRules,
  ...deviceStreamRules,
  ...guestRegisterRules,
].filter(({ code }) => !OF_XENS_TREE.has(code))

/** Passes findings on, and notes where errors of partial trees are that nobody accepts: files of the user's, and pointers of the devices that the manifest gives a domain. */
export const recordingPlaces =
  (wrong: Set<string>, report: Judge): Judge =>
  (code, finding, severity) => {
    const shown = report(code, finding, severity)
    if (code.startsWith('PT-') && isError(code, severity) && shown !== 'accepted') wrong.add(placeOf(finding.at))
    return shown
  }

/** All that one domain is given, or one file. */
const placeOf = (at: Origin): string =>
  at.kind === 'file' ? at.file : (/^\/domains\/[^/]+\/passthrough(?=\/)/.exec(at.pointer)?.[0] ?? at.pointer)

const isError = (code: Code, severity: Severity | undefined): boolean =>
  (severity ?? entryOf(code).severity) === 'error'

/**
 * Reports what is wrong with such trees, and returns a judge for xl's own rules that says nothing of keys which follow from a tree that was found wrong: it
 * would only repeat it. `wrongPlaces`: those of what Xen reads at boot.
 */
export function judgeOwnTrees(
  { dom0less, xl }: SystemPlan,
  host: XenView,
  wrongPlaces: ReadonlySet<string>,
  report: Judge,
): Judge {
  const wrong = new Set([
    ...wrongPlaces,
    ...dom0less.flatMap(({ ownTree }) =>
      ownTree?.devices.some(({ at }) => at.kind === 'file' && wrongPlaces.has(at.file)) ? [ownTree.pointer] : [],
    ),
  ])
  for (const { domain, ownTree } of xl) {
    if (!ownTree) continue
    const view = { ...host, domains: [{ ...asBuiltByXen(domain, host), ownTree: ownTree.partial }] }
    runRules(rules, view, (code, finding, severity) => {
      const shown = report(code, { ...finding, ...effectFor(code, finding.effect) }, severity)
      if (isError(code, severity) && shown !== 'accepted')
        for (const place of [ownTree.pointer, ...ownTree.devices.map(({ at }) => placeOf(at))]) wrong.add(place)
      return shown
    })
  }
  return (code, finding, severity) => (wrong.has(placeOf(finding.at)) ? 'accepted' : report(code, finding, severity))
}

/** Where Xen would stop, xl only fails. */
function effectFor(code: Code, given: string | undefined): { readonly effect?: string } {
  const { effect } = entryOf(code)
  return (given ?? effect) === DOMAIN_PANIC ? { effect: NOT_CREATED } : {}
}

/** The node of the domain that asks Xen for what its configuration asks of xl. */
function asBuiltByXen(domain: XlDomain, { context }: XenView): DomainView {
  const { name, memory, vcpus, console } = domain
  const properties = [
    property('memory', [wideCells(memory / KiB, CELLS)]),
    property('cpus', [cells([vcpus])]),
    property('xen,enhanced', [text('enabled')]),
    ...(console === 'vpl011' ? [property('vpl011', [])] : []),
  ]
  const made = node(name, { properties }, atKey(domain.pointer))
  const { children } = scan(node('', { children: [made] }), atValue(domain.pointer))
  return readDomain(defined(children[0], `node of ${name}`), [], context.release)
}
