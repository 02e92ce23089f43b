import type { CliCommand } from '../command.ts'

export const schemaDefinition: CliCommand = {
  name: 'schema',
  summary: 'print a JSON Schema: of the manifest, or of an output',
  description:
    'For editors and other tools. The default is the manifest’s schema. In editors use `editor`,\nand `fragment` for files that others extend, which need not be complete.',
  arguments: [
    {
      name: 'name',
      required: false,
      describe:
        'manifest, editor, fragment, plan, virtio, argo, lifecycle, lock, build-record, diagnostics, lint, devices or diff',
    },
  ],
  options: [],
  examples: [['domforge schema editor > editor.schema.json', 'completion and hover texts in an editor']],
}
