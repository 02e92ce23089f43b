import { family } from './entry.ts'

/** The manifest as a file and by its schema: what can be checked without knowing Xen. */
export const man = family(() => ({
  'MAN-001': {
    title: 'the manifest can be read',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "The file that was named on the command line, or one that it extends, could not be opened or read; the message has the operating system's reason. The exit status is 3.",
  },
  'MAN-002': {
    title: 'the manifest is UTF-8',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'A manifest is UTF-8, with or without byte order mark, without control characters other than line feeds and tabs, and with all that it extends at most 1 MiB long. Lines may end in CR LF.',
    source: 'YAML 1.2.2, 5.1 Character Set',
  },
  'MAN-003': {
    title: 'the manifest is well-formed YAML',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'The YAML parser could not read the manifest at this place; the cause is often on the line before: an unclosed quote or bracket, a colon without a space after it, or changed indentation.',
    source: 'YAML 1.2.2',
  },
  'MAN-004': {
    title: 'a key is given once',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'YAML maps have unique keys. Two domains, regions or settings with the same name in the same map are a mistake; the first is used for further checks.',
    source: 'YAML 1.2.2, 3.2.1.1 Nodes',
  },
  'MAN-005': {
    title: 'an alias refers to an anchor that comes before it',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "'*name' repeats what '&name' marked earlier in the file. An alias without an anchor, or inside the very value that it repeats, has no value.",
    source: 'YAML 1.2.2, 7.1 Alias Nodes',
  },
  'MAN-006': {
    title: 'a manifest is YAML 1.2 with its core types only',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Custom tags (!something) and other versions of YAML change what values mean; a manifest has strings, integers, true and false, lists and maps, and nothing else.',
    source: 'YAML 1.2.2, 10.3 Core Schema',
  },
  'MAN-007': {
    title: 'a manifest is one map of keys to values',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: "A manifest has one YAML document, and that is a map: 'api-version', 'name', 'platform', and so on.",
  },
  'MAN-008': {
    title: 'keys are plain names',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "Keys are strings. A list, a map, an alias or nothing as a key has no meaning in a manifest, nor does the merge key '<<' of YAML 1.1.",
  },
  'MAN-009': {
    title: 'a manifest is of reasonable size',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'A manifest nests at most 64 levels deep and has at most 100000 values, counting what aliases repeat, in at most 32 files. This prevents a hostile file from exhausting memory.',
  },
  'MAN-010': {
    title: 'every key is known',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "A key that domforge does not know would be ignored, so it is refused; the nearest known key is named. Keys that begin with 'x-' are yours, for notes and for anchors.",
  },
  'MAN-011': {
    title: 'every required key is given',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: "Some things have no sensible default. 'domforge schema manifest' lists every key with its description.",
  },
  'MAN-012': {
    title: 'every value has the type of its key',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'The message says what the key takes. Quote a string that YAML would read as a number, as true or as null.',
  },
  'MAN-013': {
    title: 'a value with fixed choices is one of them',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'The message lists the choices, or the nearest; case matters.',
  },
  'MAN-014': {
    title: 'a size is a whole number with a binary unit',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Sizes are written 64KiB, 512MiB, 2GiB or 1TiB, or in bytes as an integer. Decimal units (MB) would be ambiguous by 5 %, and fractions are easier to read in the next smaller unit.',
  },
  'MAN-015': {
    title: 'an address is an integer of 64 bits',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: "Addresses are written 0x4000_0000 or as a decimal integer, from 0 to 2^64 - 1; '_' may separate digits.",
  },
  'MAN-016': {
    title: 'a key has a value',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "Nothing after the colon, '~' and 'null' all mean no value. Give one, remove the key, or quote null if the word is meant.",
    source: 'YAML 1.2.2, 10.3.2 Tag Resolution',
  },
  'MAN-017': {
    title: 'a release is quoted',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'Without quotes YAML reads 4.20 as the number 4.2, which is another release. Write "4.20".',
    source: 'YAML 1.2.2, 10.3.2 Tag Resolution',
  },
  'MAN-018': {
    title: 'a key exists for its kind of domain',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "Some keys exist for domains that Xen builds (dom0less), some for those that dom0 creates (xl), some for dom0 only: the key 'boot' decides.",
  },
  'MAN-019': {
    title: 'a number is in the range of its type',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Counts are whole numbers from 0 to 2^32 - 1: that is what a cell of the device tree holds. Some lists and maps have a largest ' +
      'length, far above what systems need; in some, an entry may occur only once.',
    source: 'Devicetree Specification 0.4, 2.2.4',
  },
  'MAN-020': {
    title: 'a name can be a node, a file and a domain',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "The name of a domain becomes the name of its node in the device tree, of its files, and of the domain in xl. It begins with a letter, continues with letters, digits, '_', '-' and '.', and has at most 40 characters. (To xl, a name of only digits would be a domain id.) Nodes beside those of domains are cpupool-NAME, and for dom0 shm-NAME and evtchn-NAME: a boot-time domain cannot have the name of such a node.",
    source: 'Devicetree Specification 0.4, 2.2.1',
  },
  'MAN-021': {
    title: 'boot arguments are printable ASCII on one line',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Boot arguments are passed on byte for byte; a line break, a NUL or a character outside ASCII would be dropped, split or misread on the way. In YAML, use > instead of | to write one line over several.',
  },
  'MAN-022': {
    title: 'a path names a file',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Paths go into a boot script and into lists of files: they are not empty, do not end in a slash, and contain no control characters.',
  },
  'MAN-023': {
    title: 'a range is not empty and ends within 64 bits',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'A range has a start and a size; the size is at least one byte, and start plus size is at most 2^64.',
  },
  'MAN-024': {
    title: 'a release is one that domforge knows',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'What Xen reads depends on its release, so domforge has a list of them; the message shows it. Give two numbers, or three: some bugs of Xen are fixed by a point release.',
  },
  'MAN-025': {
    title: 'a string has the form of its key',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'The message shows an example of the form that the key takes.',
  },
  'MAN-026': {
    title: 'the files that a manifest extends have a consistent order',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'A base is merged before whatever extends it, and the bases of one list in the order of that list; each file is merged once, however often it is named. So no file extends itself, not even indirectly, and a list names no file twice and none after a file that extends it.',
  },
  'MAN-027': {
    title: 'what $delete removes is there',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "The value '$delete' removes a key that a base has. If no base has it, a name is misspelt, here or there. A list replaces the base's list as a whole, so nothing inside a list can be removed.",
  },
  'MAN-028': {
    title: 'a size that Xen counts in pages is a whole number of them',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the size would be rounded without any message',
    explain:
      'Xen hands out memory in pages of 4 KiB, whatever page size a guest uses: memory of domains, the static heap, and the sizes by which the ' +
      'cache is coloured. The message gives the nearest possible sizes.',
    source: 'xen/common/device-tree/domain-build.c: allocate_domheap_memory; xen/common/llc-coloring.c',
  },
  'MAN-029': {
    title: 'the rules of a release are known',
    severity: 'note',
    acceptable: 'yes',
    explain:
      "Xen's master branch changes from day to day. It is checked against the rules of the newest release, so what it no longer accepts is not noticed, and what is new in it " +
      'counts as unknown.',
    source: 'xen/Makefile: XEN_SUBVERSION',
  },
  'MAN-030': {
    title: 'accept names codes of findings',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'Every finding has a code, such as DOM-044. domforge explain --list shows all of them.',
  },
  'MAN-031': {
    title: 'accept names what can be accepted',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "A finding can be accepted where another Xen, a patch or the user may know better. What gives one domain access to what is another's, what no release of " +
      'Xen starts with, and what keeps the outputs from being right cannot.',
  },
  'MAN-032': {
    title: 'what is accepted occurs',
    severity: 'warning',
    acceptable: 'no: no right output',
    effect: 'a later finding of that code would be accepted unseen',
    explain:
      'No finding of that code was reported, or none about that domain. Remove the entry, so that the next one is seen.',
  },
  'MAN-033': {
    title: 'a length of time is a whole number with a unit',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'Write ms, s, min or h after a whole number: 30s, 10min. A bare number could mean any of them.',
  },
  'MAN-034': {
    title: 'lengths of time in lifecycles are whole seconds',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the time would be rounded without any message',
    explain:
      "The supervisor in dom0 counts whole seconds, as Xen's watchdogs do. Zero, and more than a year, are refused as mistakes.",
    source: 'xen/include/public/sched.h: sched_watchdog',
  },
  'MAN-035': {
    title: 'a frequency is a whole number of Hz',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Write a whole number, alone or with Hz, kHz, MHz or GHz: 125MHz, 32768. Device trees hold the rates of clocks in 32 bits, and no clock has a rate of 0.',
    source: 'fixed-clock.yaml of dt-schema',
  },
  'MAN-036': {
    title: 'numbers that are passed on are written without _',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the property or key would hold a string where a number is expected',
    explain:
      'Addresses and sizes of the manifest may have _ between their digits, which YAML 1.2 reads as a string, not as a number. In extra-properties and extra-xl a string is passed on as it is.',
    source: 'YAML 1.2.2 §10.3.2',
  },
}))
