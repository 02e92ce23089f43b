import type { CliCommand } from '../command.ts'

export const completionDefinition: CliCommand = {
  name: 'completion',
  summary: 'print a completion script for bash or zsh',
  description: 'Source it from the shell’s start-up file.',
  arguments: [],
  options: [],
  examples: [['domforge completion >> ~/.bashrc', 'complete commands and options']],
}
