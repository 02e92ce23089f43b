/** Which Xen will run, by the manifest, its image and its `.config`. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { Xen } from '../model/system-model.ts'
import { agree, type XenVersion } from '../xen/version.ts'
import type { FileFacts, Kconfig } from './facts.ts'

/** What a file says of the Xen that it is, or is of. */
interface Statement {
  readonly path: string
  /** Stands between the path and `Xen 4.20`. */
  readonly says: string
  readonly version: XenVersion
}

/**
 * The third number of Xen's version, by the first that says it: manifest, image, `.config`. A file that contradicts the manifest is reported, and
 * not believed.
 */
export function judgeVersion(
  xen: Xen,
  image: FileFacts | undefined,
  kconfig: Kconfig | undefined,
  report: Report,
): number | undefined {
  const statements: readonly Statement[] = [
    ...(image?.xen ? [{ path: image.path, says: 'is', version: image.xen }] : []),
    ...(kconfig?.version ? [{ path: kconfig.path, says: 'is of', version: kconfig.version }] : []),
  ]
  const wrong = statements.filter(({ version }) => !agree(xen.version, version))
  if (wrong[0]) reportContradiction(xen, [wrong[0], ...wrong.slice(1)], report)
  const believed = [xen.version, ...statements.filter((one) => !wrong.includes(one)).map(({ version }) => version)]
  return believed.find(({ point }) => point !== undefined)?.point
}

function reportContradiction(xen: Xen, wrong: readonly [Statement, ...Statement[]], report: Report): void {
  const [{ version }] = wrong
  const proved = wrong.map(({ path, says, version: { text } }) => `${path} ${says} Xen ${text}`).join(', and ')
  report('REF-027', {
    at: atValue(`${xen.pointer}/release`),
    message: `the manifest says Xen ${xen.version.text}, and ${proved}`,
    help: `write "${numbers(version)}", or name the files of Xen ${xen.version.text}`,
  })
}

/** As a manifest would say it. */
const numbers = ({ branch, point }: XenVersion): string => (point === undefined ? branch : `${branch}.${point}`)
