/** Systems whose files for dom0 lie in a folder as its root file system would have them, for the fake machine in `fake/`. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encode } from '../../src/emit/encode.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { DOM0 } from './lives.ts'

export interface Machine {
  readonly folder: string
  readonly plan: SystemPlan
  readonly supervisor: string
}

export class Machines {
  readonly #bench = new Bench()
  readonly #work = mkdtempSync(join(tmpdir(), 'domforge-supervisor-'))

  /** Builds a system of dom0 and `domains` into a folder as `install.list` says. */
  readonly install = (
    name: string,
    domains: readonly string[],
    end: readonly string[] = [],
    config?: 'ioreq.config',
  ): Machine => {
    const text = manifestOf({
      board: 'given-board.dts',
      domains: [DOM0, ...domains],
      end,
      ...(config ? { config } : {}),
    })
    const outcome = this.#bench.outcomeOf(text.replace('given-board.dts', 'given-board.dts, enable: [/iommu@9050000]'))
    const wrong = outcome.findings.all.filter(({ severity }) => severity === 'error')
    if (!outcome.assembly || wrong.length > 0) throw new Error(wrong.map(({ message }) => message).join('; '))
    const { plan } = outcome.assembly
    const files = new Map(encode(outcome.assembly).artifacts.map(({ path, contents }) => [path, contents]))
    const folder = join(this.#work, name)
    const list = String(files.get('control/install.list')).trim().split('\n').slice(1)
    for (const [, mode = '', , path = '', destination = ''] of list.map((line) => line.split(' '))) {
      const place = join(folder, destination.replace('/etc/domforge/', 'config/'))
      mkdirSync(dirname(place), { recursive: true })
      writeFileSync(place, files.get(path) ?? '')
      chmodSync(place, Number.parseInt(mode, 8))
    }
    const boot = plan.dom0less.map(({ domain, id }) => `${id.value} ${domain.name}\n`)
    writeFileSync(join(folder, 'boot-domains'), boot.join(''))
    return { folder, plan, supervisor: join(folder, 'usr/lib/domforge/supervisor') }
  }

  remove(): void {
    this.#bench.remove()
    rmSync(this.#work, { recursive: true })
  }
}
