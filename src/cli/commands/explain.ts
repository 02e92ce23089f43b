import { catalogue, isCode, wholeCode } from '../../diagnostics/catalogue/index.ts'
import { closest } from '../../diagnostics/closest.ts'
import { type Outcome, runPipeline, type Settings } from '../../pipeline.ts'
import { EXIT } from '../exit-status.ts'
import { explainAddress } from '../explain/address.ts'
import { explainCode, listCodes } from '../explain/code.ts'
import { explainLayout, isLayout } from '../explain/layout.ts'
import { explainPointer } from '../explain/pointer.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import { stderr, stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'
import { settingsOf } from '../settings.ts'

/** `domforge explain <code | 0xaddress | /pointer | layout> [manifest]`, or `--list`. */
export function explain(invocation: Invocation): number {
  const { what = '', manifest } = invocation.arguments
  if (invocation.options['list'] === true) return answer(listCodes())
  if (what === '')
    return refuse('say what to explain: a code, an address, a /pointer or a layout; --list lists the codes')
  const settings = settingsOf(invocation)
  if (what.startsWith('/')) return pointer(what, manifest, settings)
  if (/^0x[0-9a-f_]+$/i.test(what)) return address(BigInt(what.replaceAll('_', '')), manifest, settings)
  if (isLayout(what)) return answer(explainLayout(what))
  return code(what)
}

function code(what: string): number {
  const name = wholeCode(what)
  if (isCode(name)) return answer(explainCode(name))
  const nearest = closest(name, Object.keys(catalogue()))
  return refuse(
    `'${what}' is not a code, a 0x… address, a /pointer or a layout${nearest ? `; did you mean ${nearest}?` : '; --list lists the codes'}`,
  )
}

function pointer(what: string, manifest: string | undefined, settings: Settings): number {
  const outcome = manifest === undefined ? undefined : runPipeline(manifest, settings)
  if (outcome && !outcome.source) return failed(outcome)
  const page = explainPointer(what, outcome)
  return page === undefined
    ? refuse(`there is no ${what} in a manifest; domforge explain / lists the sections`)
    : answer(page)
}

function address(value: bigint, manifest: string | undefined, settings: Settings): number {
  if (manifest === undefined)
    return refuse('an address can only be explained with a manifest: name it as the second argument')
  const outcome = runPipeline(manifest, settings)
  if (outcome.plan) return answer(explainAddress(value, outcome.plan))
  return failed(outcome)
}

function failed(outcome: Outcome): number {
  printFindings(outcome, 'text', stderr)
  return exitStatusOf(outcome)
}

function answer(text: string): number {
  stdout.write(text)
  return EXIT.ok
}

function refuse(message: string): number {
  stderr.write(`domforge: ${message}\n`)
  return EXIT.usage
}
