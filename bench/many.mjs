/** The cost of each manifest when one run checks many. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { domforge, measure, median } from './measure.mjs'

const MANY = 1000
const ROUNDS = 3

/** Copies of `manifest` with other names and sizes, in `folder`, where its inputs are. */
export function manyManifests(manifest, folder) {
  const text = readFileSync(manifest, 'utf8')
  const files = Array.from({ length: MANY }, (_, index) => {
    const file = join(folder, `many-${index}.yaml`)
    writeFileSync(
      file,
      text.replace('name: two-guests', `name: two-guests-${index}`).replace('256MiB', `${128 + (index % 64)}MiB`),
    )
    return file
  })
  const [few, many] = ['two', 'many']
  const times = measure({ [few]: domforge('check', ...files.slice(0, 2)), [many]: domforge('check', ...files) }, ROUNDS)
  const each = (key) => {
    const [all, two] = [many, few].map((name) => median(times[name].map((run) => run[key])))
    return ((all - two) / (MANY - 2)).toFixed(2)
  }
  console.log(
    `check of ${MANY} manifests in one run, less what two take: each ${each('clock')} ms, ${each('cpu')} ms of CPU (medians of ${ROUNDS})`,
  )
}
