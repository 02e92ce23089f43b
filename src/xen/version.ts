/** Versions of Xen as people, images and `.config` files write them: `4.20`, `4.20.3`, `4.20.5-pre`, `4.23-unstable`. */

export interface XenVersion {
  /** As written, for people. */
  readonly text: string
  /** The first two numbers; not always a release that domforge knows. */
  readonly branch: string
  /**
   * The newest point release that is surely contained: the third number, and one less for a version that is still to come (`-pre`, `-rc1`).
   * Absent: not said.
   */
  readonly point?: number
}

/** `XEN_FULLVERSION` (xen/Makefile): two numbers, mostly a third, then what the vendor or the state of development adds. */
const VERSION = /^([0-9]+\.[0-9]+)(?:\.([0-9]+))?([^0-9.\s]\S*)?$/
const STILL_TO_COME = /^-(pre|rc)/

/** `undefined`: `text` is not the version of a Xen. */
export function xenVersion(text: string): XenVersion | undefined {
  const [, branch, third, suffix = ''] = VERSION.exec(text) ?? []
  if (branch === undefined) return undefined
  if (third === undefined) return { text, branch }
  const point = STILL_TO_COME.test(suffix) ? Math.max(0, Number(third) - 1) : Number(third)
  return { text, branch, point }
}

/** What a manifest names as its release: numbers alone. `undefined`: that is not what `text` is. */
export const versionOfRelease = (text: string): XenVersion | undefined =>
  /^[0-9.]+$/.test(text) ? xenVersion(text) : undefined

/** Whether both can be true of one Xen: what only one of them says contradicts nothing. */
export const agree = (a: XenVersion, b: XenVersion): boolean =>
  a.branch === b.branch && (a.point === undefined || b.point === undefined || a.point === b.point)
