/** MOD: what domains take from the modules, and their command lines. */

import { MAX_DOMAIN_NAME, MODULE_CMDLINE_BUFFER } from '../../../xen/boot-limits.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { fileOf } from '../files.ts'
import { gzipIn } from '../kernel-image.ts'
import type { ModuleKind } from '../view/claims.ts'
import type { ModuleView } from '../view/modules.ts'
import { stringLength } from '../view/property.ts'
import { originOfProperty } from '../view/scan.ts'
import type { XenView } from '../view.ts'

const ownerOf = ({ domU, node }: ModuleView): string => (domU ? `'${node.parent?.node.name}'` : 'dom0')

const argumentsOf = (module: ModuleView): number => (module.bootargs ? stringLength(module.bootargs) : 0)

export const moduleUserRules: readonly Rule<XenView>[] = [
  {
    code: 'MOD-005',
    check({ modules }, verdict) {
      for (const module of modules) {
        const length = argumentsOf(module)
        if (length > MODULE_CMDLINE_BUFFER)
          verdict.violated({
            at: originOfProperty(module.node, 'bootargs'),
            message: `boot arguments of ${ownerOf(module)} have ${length} characters, and Xen has room for ${MODULE_CMDLINE_BUFFER - 1}`,
            help: 'shorten them, or have the guest read the rest from its ramdisk',
          })
      }
    },
  },
  {
    code: 'MOD-006',
    check({ modules }, verdict) {
      for (const module of modules)
        if (argumentsOf(module) === MODULE_CMDLINE_BUFFER)
          verdict.violated({
            at: originOfProperty(module.node, 'bootargs'),
            message: `boot arguments of ${ownerOf(module)} have exactly ${MODULE_CMDLINE_BUFFER} characters: the last one would be lost`,
            help: `use at most ${MODULE_CMDLINE_BUFFER - 1} characters`,
          })
    },
  },
  {
    code: 'MOD-014',
    check({ domains, modules }, verdict) {
      const ofDom0 = modules.find(({ kind, domU }) => kind === 'kernel' && !domU)
      if (ofDom0?.range?.size === 0n)
        verdict.violated({
          at: originOfProperty(ofDom0.node, 'reg'),
          message: "dom0's kernel is empty",
          help: 'add a kernel, or remove the module',
        })
      for (const { name, node, kernel } of domains) {
        if (!kernel)
          verdict.violated({
            at: node.origin,
            message: `'${name}' has no kernel`,
            help: 'add a kernel, or remove the domain',
          })
        else if (kernel.range?.size === 0n)
          verdict.violated({
            at: originOfProperty(kernel.node, 'reg'),
            message: `the kernel of '${name}' is empty`,
            help: 'add a kernel, or remove the domain',
          })
      }
    },
  },
  {
    code: 'MOD-015',
    check({ domains }, verdict) {
      for (const { name, modules } of domains)
        for (const kind of ['kernel', 'ramdisk', 'device-tree'] as const) {
          const [first, second] = modules.filter((module) => module.kind === kind)
          if (first && second)
            verdict.violated({
              at: second.node.origin,
              message: `'${name}' has two modules of the kind ${kind}`,
              related: [{ at: first.node.origin, message: 'the first one is here' }],
              help: 'put both into one file, or remove one',
            })
        }
    },
  },
  {
    code: 'MOD-016',
    check(view, verdict) {
      const users = new Map<bigint, string>()
      for (const { name, kernel } of view.domains) {
        const file = fileOf(view, kernel)
        if (!kernel?.range || !file || !gzipIn(file, view.context.release)) continue
        const first = users.get(kernel.range.base)
        if (first === undefined) users.set(kernel.range.base, name)
        else
          verdict.violated({
            at: originOfProperty(kernel.node, 'reg'),
            message: `'${name}' uses the same copy of a compressed kernel as '${first}'`,
            help: 'load the file once for each domain, or decompress it',
          })
      }
    },
  },
  {
    code: 'MOD-018',
    check({ domains }, verdict) {
      for (const { name, node, modules } of domains)
        if (name.includes('@') && modules.some((module) => argumentsOf(module) > 0))
          verdict.violated({
            at: node.origin,
            message: `'${name}' has a unit address, and Xen looks up its boot arguments without it`,
            help: `name the node '${name.slice(0, name.indexOf('@'))}'`,
          })
    },
  },
  {
    code: 'MOD-019',
    check({ domains }, verdict) {
      for (const { name, node, modules } of domains)
        if (name.length > MAX_DOMAIN_NAME && modules.some((module) => argumentsOf(module) > 0))
          verdict.violated({
            at: node.origin,
            message: `'${name}' has ${name.length} characters, and boot arguments are found by names of at most ${MAX_DOMAIN_NAME}`,
            help: 'give the domain a shorter name',
          })
    },
  },
  {
    code: 'MOD-025',
    needs: ['FDT-014', 'MOD-001', 'MOD-002'],
    check({ modules, domains, chosen, context }, verdict) {
      if (domains.length > 0 || modules.some((module) => module.kind === 'kernel')) return
      verdict.violated({
        at: chosen?.origin ?? context.origin,
        message: 'there is neither a dom0 kernel nor a domain to build',
        help: 'add a kernel for dom0 to /chosen, or a domain (xen,domain)',
        remedy: "add a domain with 'boot: dom0' or 'boot: dom0less'",
      })
    },
  },
  {
    code: 'MOD-026',
    check(view, verdict) {
      for (const { node, kind, guessed } of view.modules)
        if (guessed && !isDocumentedGuess(kind, view))
          verdict.violated({
            at: node.origin,
            message: `${node.path} does not say what it holds, and Xen takes it to be ${kind === 'unknown' ? 'nothing' : `dom0's ${kind}`}`,
            help: 'add multiboot,kernel or multiboot,ramdisk to its compatible, or remove the node from the tree',
          })
    },
  },
  {
    code: 'MOD-028',
    check({ modules, context }, verdict) {
      if (!isAtLeast(context.release, '4.18')) return
      for (const module of modules) {
        const { registration } = module
        if (!module.domU && registration?.outcome === 'shared' && registration.with.domU)
          verdict.violated({
            at: originOfProperty(module.node, 'reg'),
            message: `${module.what} is the same copy in memory as ${registration.with.what}, and Xen ${context.release} gives it to that domain`,
            help: 'load the file a second time for dom0',
          })
      }
    },
  },
]

/** Whether Xen's guess is the documented one: with dom0 alone, the first module is its kernel and the second its ramdisk (docs/misc/arm/device-tree/booting.txt). */
const isDocumentedGuess = (kind: ModuleKind, { modules, domains }: XenView): boolean =>
  kind !== 'unknown' && domains.length === 0 && !modules.some((other) => !other.guessed && other.kind === kind)
