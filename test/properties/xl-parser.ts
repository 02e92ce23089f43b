/** One assignment as libxlutil reads it, rewritten from libxlu_cfg_l.l and `xlu__cfgl_dequote`; the oracle tests ask the real one. */

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

const TOKEN = /[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|([0-9][0-9a-fx]*)|([[\],]))/y

export function readXl(line: string): string | string[] | 'lexical error' {
  const assignment = /^[a-z][._0-9a-z]* = /.exec(line)
  if (!assignment) return 'lexical error'
  const tokens = tokensOf(line, assignment[0].length)
  if (!tokens) return 'lexical error'
  const [first, ...rest] = tokens
  if (first?.mark !== '[') return rest.length === 0 && first?.text !== undefined ? first.text : 'lexical error'
  return rest.flatMap(({ text }) => (text === undefined ? [] : [text]))
}

function tokensOf(line: string, from: number): { text?: string; mark?: string }[] | undefined {
  const tokens: { text?: string; mark?: string }[] = []
  TOKEN.lastIndex = from
  while (TOKEN.lastIndex < line.length) {
    const [, quoted, number, mark] = TOKEN.exec(line) ?? []
    if (quoted !== undefined) {
      if (/\\[^"'\\abfnrtv]/.test(quoted.replaceAll('\\\\', ''))) return undefined
      tokens.push({ text: quoted.replace(/\\(.)/g, (_, c: string) => ESCAPED[c] ?? '') })
    } else if (number !== undefined) tokens.push({ text: number })
    else if (mark !== undefined) tokens.push({ mark })
    else return undefined
  }
  return tokens
}
