/**
 * Partial trees of the user's own that give devices to domains of xl. They do so by properties for Xen, from which domforge writes keys for xl. So they are
 * checked as if Xen built the domain.
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

/** Rules about how Xen makes a guest's tree, which libxl makes in another way. */
const OF_XENS_TREE: ReadonlySet<Code> = new Set(['PT-026', 'PT-028', 'PT-040'])

const rules = [
  ...partialTreeRules,
  ...assignedDeviceRules,
  ...assignedRegisterRules,
  ...deviceInterruptRules,
  ...deviceStreamRules,
  ...guestRegisterRules,
].filter(({ code }) => !OF_XENS_TREE.has(code))

/** Like `report`, and adds to `wrong` the places of errors in partial trees that are not accepted, as `placeOf` names them. */
export const recordingPlaces =
  (wrong: Set<string>, report: Judge): Judge =>
  (code, finding, severity) => {
    const shown = report(code, finding, severity)
    if (code.startsWith('PT-') && isError(code, severity) && shown !== 'accepted') wrong.add(placeOf(finding.at))
    return shown
  }

/** A file of the user's, or the pointer of a domain's `passthrough`. */
const placeOf = (at: Origin): string =>
  at.kind === 'file' ? at.file : (/^\/domains\/[^/]+\/passthrough(?=\/)/.exec(at.pointer)?.[0] ?? at.pointer)

const isError = (code: Code, severity: Severity | undefined): boolean =>
  (severity ?? entryOf(code).severity) === 'error'

/**
 * Reports what is wrong with such trees. Returns a judge for xl's own rules that drops findings on keys that come from a wrong tree, which would only repeat
 * that. `wrongPlaces`: places of errors in what Xen reads at boot.
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

/** The effect of a finding with xl, which fails where Xen would stop. */
function effectFor(code: Code, given: string | undefined): { readonly effect?: string } {
  const { effect } = entryOf(code)
  return (given ?? effect) === DOMAIN_PANIC ? { effect: NOT_CREATED } : {}
}

/** The domain as if a node asked Xen for it, with what its configuration asks of xl. */
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
