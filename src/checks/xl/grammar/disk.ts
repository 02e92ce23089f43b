/** `disk=` of xl's configuration (tools/libs/util/libxlu_disk_l.l, libxlu_disk.c; the same from 4.17 to 4.22 but for grant_usage). */
import { isAtLeast, type Release } from '../../../xen/releases.ts'

/** A disk, as xl reads it. */
export interface Disk {
  readonly format?: string
  readonly backendtype?: string
  readonly specification?: string
  readonly backend?: string
  /** `0` or `1`. */
  readonly grantUsage?: string
  readonly vdev?: string
  readonly target?: string
  readonly script?: string
  readonly cdrom: boolean
  /** Why xl cannot read it, as a clause; the other fields mean nothing then. */
  readonly wrong?: string
}

/** Switches. The grammar of 4.17 and 4.18 has `trusted` and `untrusted`, the C file generated from it has not: it depends on the build whether xl knows them. */
const WORDS = ['cdrom', 'direct-io-safe', 'discard', 'no-discard', 'colo', 'no-colo', 'trusted', 'untrusted']
const STRINGS = ['backend', 'vdev', 'script', 'colo-host', 'colo-port', 'colo-export', 'active-disk', 'hidden-disk']
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  format: ['', 'raw', 'qcow', 'qcow2', 'vhd', 'empty', 'qed'],
  backendtype: ['phy', 'tap', 'qdisk', 'standalone'],
  specification: ['xen', 'virtio'],
  access: ['', 'r', 'ro', 'rw', 'w'],
  devtype: ['cdrom', 'disk'],
}

/** Deprecated prefixes. Those of a format and of a script set these. */
const FORMAT_PREFIX = /^(raw|qcow2?|vhd):(?=\/)/
const SCRIPT_PREFIX = /^(iscsi|e?nbd|drbd):(?=\/)/
const PREFIX = /^(?:tapdisk|tap2?|aio|ioemu|file|phy):(?=\/)/
const UNKNOWN_PREFIX = /^[a-z][a-z0-9]*:\/(?:[^a-z0-9]|$)/

/** Reads an item of `disk` as xl does. */
export const readDisk = (item: string, release: Release): Disk => new DiskReader(item, release).read()

class DiskReader {
  readonly #fields = new Map<string, string>()
  readonly #release: Release
  #rest: string
  #cdrom = false
  #hasPrefix = false
  #hasAccess = false
  #wrong: string | undefined

  constructor(item: string, release: Release) {
    this.#rest = item
    this.#release = release
  }

  read(): Disk {
    while (this.#wrong === undefined && this.#rest !== '') {
      this.#rest = this.#rest.replace(/^[ \t\n]+/, '')
      if (this.#rest !== '') this.#part()
    }
    return {
      ...Object.fromEntries(this.#fields),
      cdrom: this.#cdrom,
      ...(this.#wrong === undefined ? {} : { wrong: this.#wrong }),
    }
  }

  #part(): void {
    const word = /^([^=,]*)(?:,|$)/.exec(this.#rest)?.[1]
    if (this.#rest.startsWith('target=')) this.#set('target', this.#take(/^.*$/s).slice('target='.length))
    else if (!this.#prefix()) {
      if (word !== undefined) this.#word(word)
      else this.#assignment()
    }
  }

  #prefix(): boolean {
    const [, format] = FORMAT_PREFIX.exec(this.#rest) ?? []
    const [, script] = SCRIPT_PREFIX.exec(this.#rest) ?? []
    if (format !== undefined) this.#set('format', format)
    else if (script !== undefined) this.#set('script', `block-${script}`)
    else if (!PREFIX.test(this.#rest)) {
      if (UNKNOWN_PREFIX.test(this.#rest)) this.#wrong = `'${this.#rest}' begins with an unknown prefix`
      return this.#wrong !== undefined
    }
    this.#take(/^[^:]*:/)
    this.#hasPrefix = true
    return true
  }

  /** A part without `=`: a switch, or the next of target, format, vdev and access. */
  #word(word: string): void {
    this.#take(/^[^=,]*,?/)
    if (WORDS.includes(word)) this.#cdrom ||= word === 'cdrom'
    else if (!this.#fields.has('target')) this.#set('target', word)
    else if (!this.#hasPrefix && !this.#fields.has('format')) this.#formatOrVdev(word)
    else if (!this.#fields.has('vdev')) this.#vdev(word)
    else if (this.#hasAccess) this.#wrong = `'${word}' is one part too many`
    else {
      this.#hasAccess = true
      this.#choose('access', word)
    }
  }

  #formatOrVdev(word: string): void {
    if (this.#fields.get('target') === '' && word.includes(':')) {
      this.#vdev(word)
      this.#fields.set('format', 'empty')
    } else this.#choose('format', word)
  }

  /** A vdev; the type of device may follow after a colon. */
  #vdev(word: string): void {
    const colon = word.lastIndexOf(':')
    if (colon >= 0) this.#choose('devtype', word.slice(colon + 1))
    this.#set('vdev', colon < 0 ? word : word.slice(0, colon))
  }

  #assignment(): void {
    const part = this.#take(/^[^,]*,?/).replace(/,$/, '')
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    if (Object.hasOwn(CHOICES, key)) this.#choose(key, value)
    else if (STRINGS.includes(key)) this.#set(key, value)
    else if (key === 'grant_usage' && isAtLeast(this.#release, '4.19') && /^[01]$/.test(value))
      this.#fields.set('grantUsage', value)
    else this.#wrong = `'${part}' is unknown`
  }

  #choose(key: string, value: string): void {
    if (!CHOICES[key]?.includes(value)) this.#wrong = `'${value}' is not a known ${key}`
    else if (key === 'devtype') this.#cdrom = value === 'cdrom'
    else if (key !== 'access') this.#set(key, key === 'format' && value === '' ? 'raw' : value)
  }

  /** Sets a field. xl refuses to set one again, unless it is empty, or has the same value and is one of `CHOICES`. */
  #set(key: string, value: string): void {
    const before = this.#fields.get(key)
    if (before && (CHOICES[key] ? before !== value : true)) this.#wrong = `${key} is given twice`
    else this.#fields.set(key, value)
  }

  #take(what: RegExp): string {
    const taken = what.exec(this.#rest)?.[0] ?? ''
    this.#rest = this.#rest.slice(taken.length)
    return taken
  }
}

/** Names of disks, with the highest index of a disk and number of a partition (tools/libs/light/libxl_device.c: libxl__device_disk_dev_number). */
const NAMED: readonly (readonly [string, number, number])[] = [
  ['xvd', (1 << 20) - 1, 255],
  ['hd', 3, 63],
  ['sd', 15, 15],
]

/** Whether libxl can turn a name into a device number: `xvda`, `sda1`, `d2p3`, or a number in C's notation. */
export function isVdev(name: string): boolean {
  const numbered = /^d(\d+)p(\d+)$/.exec(name)
  if (numbered) return Number(numbered[1]) < 1 << 20 && Number(numbered[2]) < 256
  if (/^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(name)) return Number(name) <= 0x7fff_ffff
  return NAMED.some(([prefix, highest, partitions]) => {
    const [, letters, partition = '0'] = new RegExp(`^${prefix}([a-z]*)([1-9]\\d*)?$`).exec(name) ?? []
    return letters !== undefined && indexOf(letters) <= highest && Number(partition) <= partitions
  })
}

/** Index of a disk by its letters: 0 for `a`, 25 for `z`, 26 for `aa`. */
const indexOf = (letters: string): number =>
  [...letters].reduce((index, letter) => (index + 1) * 26 + letter.charCodeAt(0) - 97, -1)
