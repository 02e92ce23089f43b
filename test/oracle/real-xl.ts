/** The xl of a Debian release, which reads configurations as on a target; what it would ask of Xen is made up (xl-shim.c). */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DebianRelease } from '../debian/fetch.ts'
import { type XlTools, xlTools } from '../debian/xl-tools.ts'

/** Processors of the machine that xl believes to see: CPUS in xl-shim.c. */
export const HOST_CPUS = 8

export interface RealXl {
  readonly release: XlTools['release']
  /** The file with the program itself. */
  readonly program: string
  /** Has xl read a configuration as for `xl create`, without creating anything. */
  readonly read: (configuration: string) => XlVerdict
}

export interface XlVerdict {
  /** xl's exit status: 0 when it would go on to create the domain; `null` when it crashed. */
  readonly status: number | null
  /** What xl says about the configuration, one line each: warnings and errors. */
  readonly messages: readonly string[]
  /** What xl took from the configuration; absent when it refused it. */
  readonly domain?: XlDomainJson
}

/** `libxl_domain_config` in JSON (tools/libs/light/libxl_types.idl), without defaults. */
export interface XlDomainJson {
  readonly c_info: Readonly<Record<string, unknown>>
  readonly b_info: Readonly<Record<string, unknown>> & { readonly arch_arm: Readonly<Record<string, unknown>> }
  readonly [key: string]: unknown
}

/** Fetches xl on first use; `folder` takes the compiled shim and the configurations. */
export async function realXl(debian: DebianRelease, folder: string): Promise<RealXl> {
  const { release, program, linker, libraries } = await xlTools(debian)
  const shim = compiledShim(folder)
  const file = join(folder, `${release}.cfg`)
  const command = ['--library-path', libraries, '--preload', shim, program, '-N', 'create', file]
  const read = (configuration: string): XlVerdict => {
    writeFileSync(file, configuration)
    const { status, signal, stdout, stderr, error } = spawnSync(linker, command, { encoding: 'utf8', timeout: 20_000 })
    if (signal === 'SIGSEGV') return { status: null, messages: [`xl died of ${signal}`] }
    if (error || status === null) throw error ?? new Error(`xl died of a signal over ${configuration}\n${stderr}`)
    const messages = stderr.split('\n').filter((line) => line !== '' && !isChatter(line))
    return { status, messages, ...(status === 0 ? { domain: JSON.parse(stdout) as XlDomainJson } : {}) }
  }
  return { release, program, read }
}

/** Said for every configuration. The first is xl's own settings file, which a machine without Xen does not have. */
const isChatter = (line: string): boolean =>
  line.startsWith('Failed to read config file: /etc/xen/xl.conf') || line.startsWith('Parsing config from ')

function compiledShim(folder: string): string {
  const shim = join(folder, 'xl-shim.so')
  const source = new URL('xl-shim.c', import.meta.url).pathname
  const warnings = ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror']
  if (!existsSync(shim)) execFileSync('gcc', ['-shared', '-fPIC', ...warnings, '-o', shim, source])
  return shim
}
