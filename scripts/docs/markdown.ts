/** Markdown from data. */

/** The comment at the top of a page. */
export const banner = (from: string): string => `<!-- Made from ${from} by \`npm run golden\`. -->`

/** A table; cells may hold any text. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** `text` as code. */
export const code = (text: string): string => `\`${text}\``

/** The anchor that GitHub and GitLab give to a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

/** Paragraphs with a blank line between two, and a line end after the last. */
export const page = (paragraphs: readonly string[]): string =>
  `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`

/** `text` with what Markdown would read as HTML, such as `<name>`, escaped outside of code. */
export const plain = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll('*', '\\*')))
    .join('')
