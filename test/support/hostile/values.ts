/** Values that the tool has to survive in a manifest: the schema's own examples, and what nobody expects. */
import manifestSchema from '../../../schemas/manifest.schema.json' with { type: 'json' }

/** Every value of every `examples`, `enum`, `const` and `default` of the schema, each once. */
export const SCHEMA_VALUES: readonly unknown[] = [
  ...new Map([...examplesIn(manifestSchema)].map((value) => [JSON.stringify(value), value])).values(),
]

function* examplesIn(schema: unknown): Generator<unknown> {
  if (typeof schema !== 'object' || schema === null) return
  for (const [key, value] of Object.entries(schema))
    if (key === 'const' || key === 'default') yield value
    else if ((key === 'examples' || key === 'enum') && Array.isArray(value)) yield* value
    else yield* examplesIn(value)
}

/** Numbers, some of which are no integers, or too large for one. */
export const NUMBERS: readonly unknown[] = [
  0,
  1,
  -1,
  2,
  1.5,
  1023,
  4096,
  0x7fff_ffff,
  0xffff_ffff,
  2 ** 32,
  2 ** 53,
  '0x0',
  '0x4000_0000',
  '0x4020_0000',
  '0x7fff_ffff_ffff_ffff',
  '0xffff_ffff_ffff_f000',
  '0xffff_ffff_ffff_ffff',
  '0x1_0000_0000_0000_0000',
  '18446744073709551616',
  '99999999999999999999',
  '16777216TiB',
  '64MB',
  '1.5GiB',
  '-1MiB',
  '1 GiB',
]

/** Texts that shells, templates, paths, encodings or terminals might treat specially. */
export const TEXTS: readonly string[] = [
  '',
  ' ',
  "it's",
  '"',
  '\\',
  '; reset',
  '$(reboot)',
  '$bootcmd',
  '`reboot`',
  'a && b || c',
  '# no comment',
  '{{domain}}',
  '%s%n',
  '*/ }; / { x;',
  '-',
  '--help',
  '.',
  '..',
  '/',
  '//',
  '../../../../../../tmp/escaped',
  'a/../../b',
  'a//b',
  '/etc/passwd',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '$delete',
  '[]',
  'null',
  'true',
  '4.20',
  'a\nb',
  'a\r\nb',
  'a\tb',
  'a\0b',
  '\x1b[2J',
  '\u202e',
  '\ufeff',
  '\u2028',
  'ü',
  '🦊',
  '\ud800',
  'x'.repeat(41),
  'x'.repeat(300),
  'x'.repeat(5000),
]

/** Names of the files that `hostileFolder` makes, and of some that it does not. */
export const FILES = [
  ...['board.dtb', 'board.dts', 'xen', 'Image', 'control.cpio.gz', 'xen.config', 'base.yaml', 'deep.yaml', 'text'],
  ...['empty', 'short', 'folder', 'folder/', 'loop', 'dangling', 'pipe', 'bomb.gz', 'cut.gz', 'bare.gz', 'sparse'],
  ...['huge.Image', 'old.Image', 'odd.uImage', 'bzipped.uImage', 'odd.zImage', 'itself.dts', 'itself.yaml', 'bits.dtb'],
  ...['overlay.dtbo', 'overlay.dts', 'noise.dtb', 'absent', '/dev/null', '/dev/zero', '/dev/tty', '/proc/self/mem'],
  ...['../outside', 'Image/x', './Image', 'folder/../Image', 'it\'s "x"; $y', 'xen.dtb', 'boot.scr', 'domains/a/a.cfg'],
] as const
