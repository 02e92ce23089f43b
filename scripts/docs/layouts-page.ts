/** `docs/layouts.md`: the memory of virtio devices over shared memory, by layout. */
import { LAYOUT_PAGES } from '../../src/cli/explain/layout.ts'
import { banner, page, plain } from './markdown.ts'

/** The text of the page. */
export const layoutsPage = (): string =>
  page([
    '# Layouts of virtio devices in shared memory',
    banner('src/cli/explain/layout.ts'),
    'For `transport: static-shm`. `domforge explain static-vrings` prints the same.',
    ...Object.entries(LAYOUT_PAGES).flatMap(([name, { summary, picture, more }]) => [
      `## ${name}`,
      plain(summary),
      ['```', picture.replaceAll(/^\n+|\s+$/g, ''), '```'].join('\n'),
      plain(more),
    ]),
  ])
