/** The files that domains and Xen are started from. */
import { resolve } from 'node:path'
import type { Report } from '../diagnostics/diagnostic.ts'
import type { FileReference, SystemModel } from '../model/system-model.ts'
import { PAGE } from '../units/quantities.ts'
import { awaited, checkFits, declaredSize } from './declared-size.ts'
import { type FileFacts, fileKey } from './facts.ts'
import type { InputList } from './inputs.ts'
import { reportEmpty, reportUnreadable } from './unreadable.ts'
import { LARGEST_XEN, versionInImage } from './version-in-image.ts'

/**
 * Every image of the model by `fileKey`, each read once, and only at its ends where these say what it is; Xen's as a whole. One that cannot be read is reported, and becomes a
 * placeholder: of its declared size, else of one page; an empty one is reported and kept.
 */
export function readImages(model: SystemModel, inputs: InputList, report: Report): Map<string, FileFacts> {
  const references = new Map<string, [FileReference, ...FileReference[]]>()
  for (const reference of imagesOf(model)) {
    const sameFile = references.get(fileKey(reference))
    if (sameFile) sameFile.push(reference)
    else references.set(fileKey(reference), [reference])
  }
  const needed = mustBeThere(model)
  const kernels = new Set([model.xen.image, ...model.domains.map(({ kernel }) => kernel.image)])
  return new Map(
    [...references].map(([key, sameFile]) => [
      key,
      readImage(
        sameFile,
        {
          mayAppearLater: !sameFile.some((reference) => reference === needed),
          isXen: sameFile.includes(model.xen.image),
          isKernel: sameFile.some((reference) => kernels.has(reference)),
        },
        inputs,
        report,
      ),
    ]),
  )
}

/** Only the image says what `bootm` copies and where to: nothing can be planned without it. */
const mustBeThere = ({ boot, xen }: SystemModel): FileReference | undefined =>
  boot.command === 'bootm' ? xen.image : undefined

/** Xen's image, then each domain's kernel and ramdisk, in document order. */
function imagesOf(model: SystemModel): readonly FileReference[] {
  return [
    model.xen.image,
    ...(model.xen['xsm-policy'] ? [model.xen['xsm-policy']] : []),
    ...(model.boot.bitstream ? [model.boot.bitstream.image] : []),
    ...model.domains.flatMap(({ kernel, ramdisk }) => (ramdisk ? [kernel.image, ramdisk] : [kernel.image])),
  ]
}

/** What a file is for. */
interface Use {
  readonly mayAppearLater: boolean
  readonly isXen: boolean
  /** Xen's image, or a domain's. */
  readonly isKernel: boolean
}

function readImage(
  sameFile: readonly [FileReference, ...FileReference[]],
  { mayAppearLater, isXen, isKernel }: Use,
  inputs: InputList,
  report: Report,
): FileFacts {
  const [first] = sameFile
  const { path, folder, isNone } = first
  if (isNone) return { path, size: PAGE, format: { kind: 'missing' }, isNone }
  const place = resolve(folder, path)
  const declared = declaredSize(sameFile, report)
  const image = inputs.files.image(place, isKernel)
  if (!image.ok) {
    inputs.absent(place)
    if (declared && mayAppearLater && image.why === 'missing') return awaited(sameFile, declared, inputs, report)
    reportUnreadable(sameFile, image, inputs, report)
    return { path, size: PAGE, format: { kind: 'missing' } }
  }
  const { size, format } = image
  const whole = isXen ? inputs.files.whole(place, LARGEST_XEN) : undefined
  if (whole?.ok) inputs.recordWhole(place, path, whole.data)
  else inputs.recordImage(place, path, image)
  const xen = whole?.ok ? versionInImage(whole.data) : undefined
  if (format.kind === 'empty') reportEmpty(first, report)
  const file = { path, size, format, ...(declared ? { declared } : {}), ...(xen ? { xen } : {}) }
  checkFits(file, report)
  return file
}
