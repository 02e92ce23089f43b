/** How Xen starts CPUs after the one it boots on (arch/arm/psci.c; arch/arm/arm64/smpboot.c: dt_arch_cpu_init). */
import { readProperty, readString, readU32, readU64 } from './property.ts'
import { everyNode, isCompatible, type ScannedNode } from './scan.ts'

/** Why Xen cannot start a CPU, as a clause about it; `undefined`: it can, as far as the tree tells. */
export function whyNoStart(root: ScannedNode, { node }: ScannedNode): string | undefined {
  const method = readProperty(node, 'enable-method') ? (readString(node, 'enable-method') ?? '') : undefined
  switch (method) {
    case undefined:
      return 'has no enable-method'
    case 'psci':
      return hasPsci(root) ? undefined : 'is to be started by PSCI, and the tree has no PSCI with method = "smc"'
    case 'spin-table':
      return readU64(node, 'cpu-release-addr') === undefined
        ? 'has enable-method = "spin-table" without cpu-release-addr'
        : undefined
    default:
      return `has enable-method = "${method}", and Xen knows psci and spin-table`
  }
}

/** Whether the tree says anything about starting CPUs. On some boards the firmware adds all of that. */
export const saysHowToStart = (root: ScannedNode, cpus: readonly ScannedNode[]): boolean =>
  cpus.some(({ node }) => readProperty(node, 'enable-method')) || psciNodes(root).some((one) => one !== undefined)

/** The nodes of PSCI that Xen looks for: version 0.2 or newer first, then 0.1, whose node has the number of the call. */
function psciNodes(root: ScannedNode): readonly [recent: ScannedNode | undefined, old: ScannedNode | undefined] {
  const nodes = everyNode(root)
  const first = (...texts: readonly string[]) => nodes.find((one) => texts.some((text) => isCompatible(one, text)))
  return [first('arm,psci-0.2', 'arm,psci-1.0'), first('arm,psci')]
}

/** Whether Xen can call PSCI. The method has to be smc: with hvc Xen would call itself. */
function hasPsci(root: ScannedNode): boolean {
  const [recent, old] = psciNodes(root)
  const isSmc = (one: ScannedNode | undefined): one is ScannedNode =>
    one !== undefined && readString(one.node, 'method') === 'smc'
  return isSmc(recent) || (isSmc(old) && readU32(old.node, 'cpu_on') !== undefined)
}
