import type { CliCommand } from '../command.ts'

export const schemaDefinition: CliCommand = {
  name: 'schema',
  summary: 'print a JSON Schema: of the manifest, or of an output',
  description: 'For editors and other tools. The default is the manifest’s schema.',
  arguments: [
    {
      name: 'name',
      required: false,
      describe: 'manifest, plan, virtio, lifecycle, lock, build-record, diagnostics or lint',
    },
  ],
  options: [],
  examples: [['domforge schema > manifest.schema.json', 'completion and hover texts in an editor']],
}
