/** The parts of a plan that belong to a domain, by the domain's name. */
import { lookup } from '../model/lookup.ts'
import { dom0Of } from '../model/system-model.ts'
import type { PlannedChannel, PlannedRegion } from './links/planned-links.ts'
import type {
  LoadedFile,
  LoadPlan,
  Partition,
  PlannedDom0less,
  PlannedPartialTree,
  PlannedXl,
  SystemPlan,
} from './system-plan.ts'

const booted = lookup(({ domain }: PlannedDom0less) => [domain.name])
const created = lookup(({ domain }: PlannedXl) => [domain.name])
const loaded = lookup(({ usedBy }: LoadedFile) => usedBy)
const regions = lookup(({ parties }: PlannedRegion) => parties.map(({ access }) => access.domain))
const channels = lookup(({ ends }: PlannedChannel) => ends.map(({ end }) => end.domain))

/** A domain that Xen builds at boot. */
export const bootedGuest = ({ dom0less }: Pick<SystemPlan, 'dom0less'>, name: string): PlannedDom0less | undefined =>
  booted(dom0less, name)[0]

/** The id of a domain after boot; dom0 is 0. `undefined`: xl creates it, and its id is not known before. */
export const bootId = ({ dom0less, model }: Pick<Partition, 'dom0less' | 'model'>, name: string): number | undefined =>
  dom0Of(model)?.name === name ? 0 : dom0less.find(({ domain }) => domain.name === name)?.id.value

/** A domain that dom0 creates. */
export const createdGuest = ({ xl }: Pick<SystemPlan, 'xl'>, name: string): PlannedXl | undefined =>
  created(xl, name)[0]

/** Either. */
export const plannedGuest = (
  plan: Pick<SystemPlan, 'dom0less' | 'xl'>,
  name: string,
): PlannedDom0less | PlannedXl | undefined => bootedGuest(plan, name) ?? createdGuest(plan, name)

/** The partial tree that xl gives the domain. */
export const treeByXl = (planned: PlannedDom0less | PlannedXl | undefined): PlannedPartialTree | undefined =>
  planned && 'xlTree' in planned && planned.xlTree ? planned.xlTree : planned?.partialTree

/** The module of that kind that a domain uses. */
export const moduleOf = (
  { modules }: Pick<LoadPlan, 'modules'>,
  kind: LoadedFile['kind'],
  name: string,
): LoadedFile | undefined => loaded(modules, name).find((file) => file.kind === kind)

/** The regions of shared memory that a domain sees; in the order of the plan. */
export const regionsOf = (plan: Pick<SystemPlan, 'regions'>, name: string): readonly PlannedRegion[] =>
  regions(plan.regions, name)

/** The channels that end in a domain; in the order of the plan. */
export const channelsOf = (plan: Pick<SystemPlan, 'channels'>, name: string): readonly PlannedChannel[] =>
  channels(plan.channels, name)
