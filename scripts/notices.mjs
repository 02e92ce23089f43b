/** Licences of all packages in the bundles, which their authors require to be passed on. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Names of files with a licence, or with notices that a licence requires to be passed on. */
const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i

/** Folders of packages with code in the bundles, sorted, relative to where they were built. */
function bundledPackages({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  const folders = inputs.flatMap(([file, { bytesInOutput }]) =>
    bytesInOutput > 0 ? (/^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []) : [],
  )
  return [...new Set(folders)].sort()
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
  if (files.length === 0) throw new Error(`${name} ${version} comes without the text of its licence`)
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
  return [`${name} ${version} (${license})`, ...texts].join('\n\n')
}

/** Writes the licences into `file`. `metafile`: esbuild's, of a build in `root`. */
export function writeNotices(metafile, root, file) {
  const notices = bundledPackages(metafile).map((folder) => noticeOf(join(root, folder)))
  const header =
    'domforge contains code of the packages below, under their licences. Its own licence is in the file LICENSE.'
  writeFileSync(file, `${[header, ...notices].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
}
