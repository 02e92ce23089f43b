/** `docs/releases.md`: what has been booted, and on which release of Xen. */
import { isAtLeast, RELEASES, type Release } from '../../src/xen/releases.ts'
import { FEATURES, type Feature } from './features.ts'
import { banner, markdownTable, page } from './markdown.ts'

/** The text of the page. */
export const releasesPage = (): string =>
  page([
    '# What is proved, by release of Xen',
    banner('scripts/docs/features.ts'),
    [
      '- **booted**: from generated files under QEMU, by the test below `test/boot/` that is named, in every run of CI;',
      '- **by hand**: booted so, but not in CI, since its archive lacks the source of that Xen or its program;',
      '- **checked**: generated, and checked against the rules of that release, which come from its source; not booted;',
      '- **–**: that release does not have it, and asking for it is an error.',
    ].join('\n'),
    markdownTable(
      ['', ...RELEASES, 'test'],
      FEATURES.map((feature) => [
        feature.what,
        ...RELEASES.map((release) => proofOf(feature, release)),
        testsOf(feature),
      ]),
    ),
    'What the rules do not know of a release is a warning or a note of the finding itself: `domforge explain` names the file of Xen from which a rule is.',
  ])

function proofOf({ since, booted, byHand = [] }: Feature, release: Release): string {
  if (!isAtLeast(release, since)) return '–'
  if (booted[release]) return '**booted**'
  return byHand.includes(release) ? 'by hand' : 'checked'
}

const testsOf = ({ booted }: Feature): string =>
  [...new Set(Object.values(booted).flat())].map((name) => `\`${name}\``).join(', ')
