/** A boot script as both of U-Boot's shells read it: whatever the user wrote must be one word. */
import { expect } from 'vitest'
import { newHush, oldHush } from '../emit/hush.ts'

/** Commands of a script without the user's own, and the numbers of words that each can have. */
const COMMANDS: Readonly<Record<string, readonly number[]>> = {
  echo: [2],
  setenv: [2, 3],
  tftpboot: [3],
  load: [5],
  'mw.b': [4],
  'mw.l': [4],
  usb: [2],
  scsi: [2],
  fpga: [5],
  booti: [4],
  bootm: [4],
  bootefi: [3],
  true: [1],
  false: [1],
}

/** The only commands with variables, which are the script's own. */
const WITH_VARIABLES = [
  /^test -[nz] "\$\{domforge_failed\}"$/,
  /^itest 0x\$\{filesize\} -(?:ne|gt) 0x[0-9a-f]+$/,
  /^fdt addr \$\{\w+\}$/,
  /^fdt move \$\{\w+\} 0x[0-9a-f]+ 0x[0-9a-f]+$/,
  /^fdt set [\w/.,@#+-]+ [\w.,#+-]+ "<(?: ?0x(?:[0-9a-f]+|\$\{\w+\}))+>"$/,
]

/** Fails if a line does anything that domforge's own lines do not. */
export function expectOwnCommandsOnly(script: string): void {
  for (const line of script.split('\n')) {
    expect(line).toMatch(/^[\x20-\x7e]*$/)
    const bare = line.trim()
    if (bare === '' || bare.startsWith('#') || bare === 'else' || bare === 'fi') continue
    const command = /^if (.*); then$/.exec(bare)?.[1] ?? bare
    for (const part of alternatives(command)) expectOwn(part, line)
  }
}

function expectOwn(command: string, line: string): void {
  if (WITH_VARIABLES.some((form) => form.test(command))) return
  const words = newHush(command)
  expect([line, words]).toEqual([line, oldHush(command)])
  if (typeof words === 'string') expect.fail(`${words}: ${line}`)
  const [name = ''] = words
  if (name !== 'fdt') expect([line, COMMANDS[name] ?? []]).toEqual([line, expect.arrayContaining([words.length])])
}

/** The commands between those `||` that are outside of quotes. */
function alternatives(line: string): readonly string[] {
  const commands = ['']
  for (const [token] of line.matchAll(/'[^']*'|\\.|\|\||[^'\\|]+|./g))
    if (token === '||') commands.push('')
    else commands.push((commands.pop() ?? '') + token)
  return commands.map((command) => command.trim())
}
