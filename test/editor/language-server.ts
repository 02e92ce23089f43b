/** The language server that editors run for YAML, spoken to as they do. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)
const server = require.resolve('yaml-language-server/bin/yaml-language-server')

export interface Completion {
  readonly label: string
  /** In the syntax of snippets, as `${1:text}`. */
  readonly insert: string
  readonly documentation: string
}

export interface Complaint {
  /** From 1. */
  readonly line: number
  readonly message: string
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
}

interface Item {
  readonly label: string
  readonly insertText?: string
  readonly textEdit?: { readonly newText: string }
  readonly documentation?: string | { readonly value: string }
}

interface Published {
  readonly uri: string
  readonly diagnostics: readonly {
    readonly message: string
    readonly range: { readonly start: { readonly line: number } }
  }[]
}

/** A document in which `|` marks where the cursor is. */
const CURSOR = '|'

/** A running server, in which every document has the schema at `schema` (a path) unless a line of it names another one. */
export class LanguageServer {
  readonly #process: ChildProcess
  readonly #answers = new Map<number, (result: unknown) => void>()
  readonly #complaints = new Map<string, (found: Published) => void>()
  readonly #settings: object
  #rest = Buffer.alloc(0)
  #count = 0

  private constructor(schema: string) {
    this.#settings = {
      yaml: {
        validate: true,
        hover: true,
        completion: true,
        schemas: { [pathToFileURL(schema).href]: ['*.yaml'] },
        schemaStore: { enable: false, url: '' },
      },
    }
    this.#process = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#process.stdout?.on('data', (data: Buffer) => this.#read(data))
  }

  static async start(schema: string): Promise<LanguageServer> {
    const running = new LanguageServer(schema)
    await running.#ask('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(root).href,
      capabilities: {
        textDocument: {
          completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
          hover: { contentFormat: ['markdown'] },
          publishDiagnostics: {},
        },
        workspace: { configuration: true },
      },
      workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'manifests' }],
    })
    running.#send({ method: 'initialized', params: {} })
    running.#send({ method: 'workspace/didChangeConfiguration', params: { settings: running.#settings } })
    return running
  }

  stop(): void {
    this.#process.kill()
  }

  /** What is offered at the cursor. */
  async completions(text: string): Promise<readonly Completion[]> {
    const answer = await this.#at('textDocument/completion', text)
    const { items } = answer as { items: readonly Item[] }
    return items.map(({ label, insertText, textEdit, documentation = '' }) => ({
      label,
      insert: insertText ?? textEdit?.newText ?? label,
      documentation: typeof documentation === 'string' ? documentation : documentation.value,
    }))
  }

  /** What is shown of what is under the cursor; empty: nothing. */
  async hover(text: string): Promise<string> {
    const answer = (await this.#at('textDocument/hover', text)) as { contents?: { value?: string } } | null
    return answer?.contents?.value ?? ''
  }

  /** What is marked as wrong. `file`: where the document lies, for schemas that it names by a path. */
  async complaints(text: string, file?: string): Promise<readonly Complaint[]> {
    const { found } = await this.#open(text, file)
    const { diagnostics } = await found
    return diagnostics.map(({ message, range }) => ({ line: range.start.line + 1, message }))
  }

  async #at(method: string, text: string): Promise<unknown> {
    const before = text.slice(0, text.indexOf(CURSOR)).split('\n')
    const { uri, found } = await this.#open(text.replace(CURSOR, ''))
    await found
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
    return this.#ask(method, { textDocument: { uri }, position })
  }

  async #open(text: string, file?: string): Promise<{ uri: string; found: Promise<Published> }> {
    const uri = pathToFileURL(file ?? join(root, `document-${++this.#count}.yaml`)).href
    const found = new Promise<Published>((done) => this.#complaints.set(uri, done))
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
    })
    return { uri, found }
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#count
    return new Promise((done) => {
      this.#answers.set(id, done)
      this.#send({ id, method, params })
    })
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#process.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }

  #read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data])
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/i.exec(this.#rest.toString('latin1', 0, Math.max(end, 0)))?.[1])
      if (end < 0 || this.#rest.length < end + 4 + length) return
      const message = this.#rest.toString('utf8', end + 4, end + 4 + length)
      this.#rest = this.#rest.subarray(end + 4 + length)
      this.#take(JSON.parse(message) as Message)
    }
  }

  #take({ id, method, params, result }: Message): void {
    if (method === 'textDocument/publishDiagnostics') {
      const found = params as Published
      this.#complaints.get(found.uri)?.(found)
    } else if (method === 'workspace/configuration' && id !== undefined) {
      const { items } = params as { items: readonly { section: string }[] }
      const settings: Readonly<Record<string, unknown>> = { ...this.#settings, http: {} }
      this.#send({ id, result: items.map(({ section }) => settings[section] ?? null) })
    } else if (method !== undefined && id !== undefined) this.#send({ id, result: null })
    else if (id !== undefined) this.#answers.get(id)?.(result)
  }
}
