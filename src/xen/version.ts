/** Versions of Xen as people, images and `.config` files write them: `4.20`, `4.20.3`, `4.20.5-pre`, `4.23-unstable`. */

export interface XenVersion {
  /** As written, for people. */
  readonly text: string
  /** The first two numbers; domforge need not know the release. */
  readonly branch: string
  /**
   * The newest point release whose changes it is sure to contain: the third number, or one less for a version that is not released yet (`-pre`, `-rc1`).
   * Absent: the third number is not given.
   */
  readonly point?: number
}

/** `XEN_FULLVERSION` (xen/Makefile): two numbers, usually a third, then what a vendor or the state of development adds. */
const VERSION = /^([0-9]+\.[0-9]+)(?:\.([0-9]+))?([^0-9.\s]\S*)?$/
const STILL_TO_COME = /^-(pre|rc)/

/** Reads a version of Xen; `undefined`: `text` is none. */
export function xenVersion(text: string): XenVersion | undefined {
  const [, branch, third, suffix = ''] = VERSION.exec(text) ?? []
  if (branch === undefined) return undefined
  if (third === undefined) return { text, branch }
  const point = STILL_TO_COME.test(suffix) ? Math.max(0, Number(third) - 1) : Number(third)
  return { text, branch, point }
}

/** Reads the release that a manifest names, which consists of numbers alone; `undefined`: `text` does not. */
export const versionOfRelease = (text: string): XenVersion | undefined =>
  /^[0-9.]+$/.test(text) ? xenVersion(text) : undefined

/** Whether both can be versions of one Xen; a third number that only one of them has contradicts nothing. */
export const agree = (a: XenVersion, b: XenVersion): boolean =>
  a.branch === b.branch && (a.point === undefined || b.point === undefined || a.point === b.point)
