import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type MediumFiles, makeMedium } from './disk.ts'
import { type PlanJson, readPlan } from './expectations.ts'
import { type Machine, machineArguments } from './machine.ts'
import { type BootRun, bootMachine, type SerialLog } from './serial.ts'
import { type BootMedium, writeFlash } from './uboot-env.ts'

const run = promisify(execFile)
const tool = fileURLToPath(new URL('../../bin/domforge.js', import.meta.url))

/** A folder that is removed when `use` is over. Absolute. */
export async function inScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'domforge-boot-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A manifest's text and its input files: name beside the manifest → the file here, or its bytes. */
export interface SystemSource {
  readonly manifest: string
  readonly inputs: Readonly<Record<string, string | Uint8Array>>
}

/** What the tool made, ready to be put on a medium. */
export interface BuiltSystem {
  readonly plan: PlanJson
  /** The boot script and every file that the plan says it loads, by their paths on the medium. */
  readonly files: MediumFiles
}

/** Runs the built tool in `folder` as a user does. Throws with its messages when it refuses. */
export async function buildSystem({ manifest, inputs }: SystemSource, folder: string): Promise<BuiltSystem> {
  const system = join(folder, 'system')
  mkdirSync(system, { recursive: true })
  writeFileSync(join(system, 'system.yaml'), manifest)
  for (const [name, input] of Object.entries(inputs))
    if (typeof input === 'string') copyFileSync(input, join(system, name))
    else writeFileSync(join(system, name), input)
  await run(process.execPath, [tool, 'build', 'system.yaml', '-o', 'out'], { cwd: system })
  const plan = readPlan(join(system, 'out/plan.json'))
  const paths = ['boot.scr', ...plan.load.flatMap(({ path, behind }) => [path, ...(behind ? [behind.path] : [])])]
  return { plan, files: new Map(paths.map((path) => [path, madeOrGiven(system, path)])) }
}

function madeOrGiven(system: string, path: string): string {
  const made = join(system, 'out', path)
  return existsSync(made) ? made : join(system, path)
}

export interface SystemBoot extends Omit<BootRun, 'arguments'> {
  readonly machine: Machine
  readonly medium: BootMedium
  readonly files: MediumFiles
  /** QEMU's arguments for devices beside those of the medium. */
  readonly devices?: readonly string[]
  /** A command of U-Boot's for when the script has come back and says that all went well. */
  readonly afterwards?: string
}

/** Boots the machine from a medium with `files`; nothing is typed. Throws what `bootMachine` throws. */
export async function bootSystem(
  { machine, medium, files, devices = [], afterwards, ...boot }: SystemBoot,
  folder: string,
): Promise<SerialLog> {
  const flash = join(folder, 'flash.img')
  writeFlash(flash, medium, afterwards)
  const media = await makeMedium(medium, files, folder)
  const drives = ['-drive', `if=pflash,index=1,format=raw,file=${flash},readonly=on`]
  return bootMachine({ ...boot, arguments: [...machineArguments(machine), ...media, ...devices, ...drives] })
}
