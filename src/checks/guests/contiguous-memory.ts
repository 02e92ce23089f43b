/** KRN: memory that a Linux kernel reserves for contiguous DMA, and how much is left (kernel/dma/contiguous.c: dma_contiguous_reserve). */
import { atKey } from '../../diagnostics/diagnostic.ts'
import { type FileFacts, fileKey, type Kconfig } from '../../facts/facts.ts'
import { dom0lessOf, type Guest, originOf, xlDomainsOf } from '../../model/system-model.ts'
import { bootedGuest, createdGuest } from '../../plan/by-domain.ts'
import { factsOfFile, type SystemPlan } from '../../plan/system-plan.ts'
import { formatSize } from '../../units/format.ts'
import { type Bytes, bytes, KiB, MiB, times } from '../../units/quantities.ts'
import type { Rule } from '../rule.ts'

/** Least that has to be left. Measured: a kernel panics in its first seconds with 1.8 MiB, and runs with 34 MiB; its own page tables are part of that. */
const LEAST: Bytes = times(8, MiB)

const UNITS: Readonly<Record<string, Bytes>> = { k: KiB, m: MiB, g: times(1024, MiB) }

/** How much a kernel reserves, if it finds so much in one piece: the last `cma=` of its arguments, else what it was built with. `undefined`: not known. */
function kept(bootargs: string, { options }: Kconfig): Bytes | undefined {
  const given = bootargs
    .split(/\s+/)
    .filter((word) => word.startsWith('cma='))
    .at(-1)
  if (given !== undefined) {
    const [, count = '', unit = ''] = /^cma=(\d+)([kKmMgG]?)/.exec(given) ?? []
    return count === '' ? undefined : bytes(BigInt(count) * (UNITS[unit.toLowerCase()] ?? 1n))
  }
  const size = options.get('CMA_SIZE_MBYTES')
  const isThat = options.get('DMA_CMA') === 'y' && options.get('CMA_SIZE_SEL_MBYTES') === 'y'
  return isThat && size !== undefined && /^\d+$/.test(size) ? times(BigInt(size), MiB) : undefined
}

const isArgument = (bootargs: string): boolean => /(^|\s)cma=/.test(bootargs)

function imageSizeOf(plan: SystemPlan, { boot, name }: Guest): Bytes | undefined {
  const booted = bootedGuest(plan, name)
  const file: FileFacts | undefined =
    boot === 'xl' ? createdGuest(plan, name)?.kernel : booted && factsOfFile(booted.kernel)
  return file?.format.kind === 'arm64-image' ? file.format.imageSize : undefined
}

export const contiguousMemoryRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'KRN-021',
    check(plan, { violated }) {
      for (const domain of [...dom0lessOf(plan.model), ...xlDomainsOf(plan.model)]) {
        const { kernel, memory, name, os } = domain
        const config = kernel.config && plan.kernelConfigs.get(fileKey(kernel.config))
        const image = imageSizeOf(plan, domain)
        const size = config && kept(kernel.bootargs, config)
        if (os !== 'linux' || !config || !size || image === undefined) continue
        const left = memory - image - size
        // If there is less than it wants to reserve, the kernel reserves nothing, and goes on.
        if (left < 0n || left >= LEAST) continue
        violated({
          at: originOf(domain, 'memory'),
          message: `the kernel of '${name}' reserves ${formatSize(size)} for contiguous DMA, and its image takes ${formatSize(image)} of ${formatSize(memory)}: ${formatSize(bytes(left))} are left`,
          help: 'give it more memory, or add cma=0 or a small cma= to its boot arguments',
          ...(isArgument(kernel.bootargs)
            ? {}
            : {
                related: [{ at: atKey(kernel.config?.pointer ?? kernel.pointer), message: `${config.path} says so` }],
              }),
        })
      }
    },
  },
]
