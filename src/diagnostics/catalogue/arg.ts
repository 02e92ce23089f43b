import { family } from './entry.ts'

/** Messages that Xen copies between two domains. */
export const arg = family(() => ({
  'ARG-001': {
    title: "links with Argo have argo=1 among Xen's arguments",
    severity: 'error',
    acceptable: 'yes',
    effect: 'every call of Argo would fail (EOPNOTSUPP)',
    explain:
      "Argo is off by default. Xen's option is a list: a boolean turns Argo on or off, as in argo=1 or argo=yes,mac-permissive=1; mac-permissive, off by default, concerns rings that take messages from any domain, which links do not use. 'argo' without a value is read as neither.",
    source: 'xen/common/argo.c: parse_argo; docs/misc/xen-command-line.pandoc: argo',
  },
  'ARG-002': {
    title: 'Xen is built with ARGO where there are links with Argo',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'Xen would not have the hypercall (ENOSYS)',
    explain:
      'CONFIG_ARGO is off in a stock build, and Kconfig offers it only with UNSUPPORTED. xen-options.config has both.',
    source: 'xen/common/Kconfig: ARGO',
  },
  'ARG-003': {
    title: 'Xen lets the two domains of a link with Argo talk',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'neither could register its ring or send (EPERM)',
    explain:
      "Xen's default policy on Arm, SILO, lets messages pass only where one of the two is dom0 or has the capability control. xsm=dummy lifts that for all domains of the machine and for " +
      'grants and event channels, too; a FLASK policy lifts it for those that it names.',
    source: 'xen/xsm/silo.c: silo_argo_register_single_source, silo_argo_send',
  },
  'ARG-004': {
    title: 'two links with Argo between the same domains have different ports',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the second ring would replace the first, or be refused (EEXIST)',
    explain: 'A ring is identified by its domain, its port and the domain that may send to it.',
    source: 'xen/common/argo.c: register_ring; xen/include/public/argo.h: xen_argo_ring_id',
  },
  'ARG-005': {
    title: 'ends of links with Argo keep the ids that they have at boot',
    severity: 'warning',
    acceptable: 'yes',
    effect:
      'messages would go to an id that no domain has (ECONNREFUSED), and the other ring would accept none from the new id',
    explain:
      'Rings and messages name domains by id. Xen never reuses an id before the next boot, so argo.json is right only until one end is created again. The other end must learn the new id, and register its ring for it.',
    source: 'xen/common/argo.c: register_ring, sendv; xen/common/domid.c',
  },
  'ARG-006': {
    title: 'ends of links with Argo know that they run on Xen',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Linux would not use Xen at all; another system would have to poll for messages',
    explain:
      'Xen signals messages by a virtual interrupt (VIRQ_ARGO) on an event channel, for which the domain needs enhanced: no-xenstore or enabled.',
    source: 'xen/common/argo.c: signal_domain; xen/arch/arm/dom0less-build.c',
  },
  'ARG-007': {
    title: 'links with Argo of one domain have different C identifiers',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'argo.h and argo.env would define one name twice',
    explain:
      'In C and shell names every character that is not a letter or a digit becomes one _, and letters are upper case.',
    source: 'domforge',
  },
}))
