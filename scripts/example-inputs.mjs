/** Makes the input files of an example: its board's tree, compiled from source, and stand-ins for images. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))

/** domforge's own device-tree compiler, so that examples need nothing but npm packages. */
async function deviceTreeLibrary() {
  const { outputFiles } = await build({
    stdin: {
      contents:
        "export { parseDts } from './src/devicetree/parse/parse-dts.ts'; export { writeDtb } from './src/devicetree/write/write-dtb.ts'",
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

async function compile(file) {
  const { parseDts, writeDtb } = await deviceTreeLibrary()
  const parsed = parseDts(readFileSync(file, 'utf8'), { file })
  const written = parsed.ok ? writeDtb(parsed.value) : parsed
  if (!written.ok) throw new Error(written.problems.map((problem) => problem.message).join('\n'))
  return written.value
}

/** Writes the files that `examples/<name>/inputs.mjs` describes into `folder`, and returns their names. */
export async function makeInputs(name, folder) {
  const { board, files } = await import(new URL(`../examples/${name}/inputs.mjs`, import.meta.url).href)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'board.dtb'), await compile(join(root, 'examples/boards', `${board}.dts`)))
  for (const [file, make] of Object.entries(files)) writeFileSync(join(folder, file), make())
  return ['board.dtb', ...Object.keys(files)]
}
