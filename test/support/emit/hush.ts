/**
 * How U-Boot's two shells split a line without variables into words, written after their sources. A small stand-in for the real ones, which the boot tests run.
 */

/** common/cli_hush.c: quotes keep characters together, and at the end of a word all backslashes are removed, but not the characters after them. */
export function oldHush(line: string): string[] | 'syntax error' {
  const words: string[] = []
  let collected = ''
  let quoted = false
  let started = false
  const finish = () => {
    if (collected !== '' || started) words.push(collected.replace(/\\([\s\S]?)/g, '$1'))
    collected = ''
    started = false
  }
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i)
    if (c === "'") {
      // Inside double quotes too: the old shell does not look at them here.
      const end = line.indexOf("'", i + 1)
      if (end < 0) return 'syntax error'
      collected += line.slice(i + 1, end)
      started = true
      i = end
    } else if (c === '"') {
      quoted = !quoted
      started = true
    } else if (c === '\\') {
      if (i + 1 === line.length) return 'syntax error'
      const protect = (ch: string) => (quoted && '*?[\\'.includes(ch) ? `\\${ch}` : ch)
      collected += protect('\\') + protect(line.charAt(++i))
    } else if (c === '$') return 'syntax error'
    else if (quoted) collected += c
    else if (' \t\n'.includes(c)) finish()
    else if (';&|'.includes(c)) return 'syntax error'
    else if (c === '#' && collected === '') break
    else collected += c
  }
  finish()
  return words
}

/** common/cli_hush_upstream.c: single quotes keep all characters, and outside of quotes a backslash protects one. */
export function newHush(line: string): string[] | 'syntax error' {
  const words: string[] = []
  let word: string | undefined
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i)
    if (c === "'") {
      const end = line.indexOf("'", i + 1)
      if (end < 0) return 'syntax error'
      word = (word ?? '') + line.slice(i + 1, end)
      i = end
    } else if (c === '\\') {
      if (i + 1 === line.length) return 'syntax error'
      word = (word ?? '') + line.charAt(++i)
    } else if ('"$`;&|<>(){}!*?[~'.includes(c)) return 'syntax error'
    else if (' \t\n'.includes(c)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (c === '#' && word === undefined) break
    else word = (word ?? '') + c
  }
  if (word !== undefined) words.push(word)
  return words
}
