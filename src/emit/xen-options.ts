/** The Kconfig fragment for building Xen. */
import type { NeededOption } from '../assemble/assembly.ts'
import type { Emitter } from './artifact.ts'
import { templates } from './templates.ts'

/** The options that the system needs, with the reasons. */
export const xenOptions: Emitter = {
  name: 'xen-options.config',
  summary: "Kconfig fragment with the options that Xen's build must have",
  emit: ({ options, plan }) => [
    {
      path: 'xen-options.config',
      contents: templates.xenOptionsConfig({
        release: plan.model.xen.version.text,
        system: plan.model.name,
        options: options.map((option) => ({ because: option.because.join(', '), line: optionLine(option) })),
      }),
    },
  ],
}

/** An option as a line of `.config`. */
export function optionLine({ name, value }: NeededOption): string {
  if (value === 'n') return `# CONFIG_${name} is not set`
  return `CONFIG_${name}=${value === 'y' || /^(0x)?[0-9a-fA-F]+$/.test(value) ? value : JSON.stringify(value)}`
}
