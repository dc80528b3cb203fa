/** What `--help` prints, made of the same tables that options are read by. */
import { argumentName } from './options/option.js'
import type { Option, OptionTable } from './options/option.js'

/** A command as the help lists it. */
export interface Described {
  readonly name: string
  /** One line that begins with a verb. */
  readonly summary: string
  readonly table: OptionTable
  readonly isDeployed: boolean
  /** Calls to start from. */
  readonly examples: readonly string[]
}

/** The help of the whole program. */
export function programHelp(commands: readonly Described[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'understudy: a replicated session store for Node.js',
    '',
    'usage: understudy COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`),
    '',
    'understudy COMMAND --help tells a command’s options, understudy --version the version.',
    '',
  ].join('\n')
}

/** The help of one command. */
export function commandHelp({ name, summary, table, isDeployed, examples }: Described): string {
  const rows = Object.entries(table).map(([key, option]) => [synopsis(key, option), describe(option)] as const)
  const width = Math.max(...rows.map(([left]) => left.length))
  return [
    `usage: understudy ${name} [options]`,
    '',
    `${summary}.`,
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`),
    '',
    ...(isDeployed
      ? ['Options also come from variables: --some-option from UNDERSTUDY_SOME_OPTION (lists separated by commas).', '']
      : []),
    ...(Object.hasOwn(table, 'config')
      ? ['Arguments win over variables, these over the file of --config, that over defaults.', '']
      : []),
    'examples:',
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}

function synopsis(key: string, option: Option): string {
  return option.takes === undefined ? argumentName(key) : `${argumentName(key)} ${option.takes}`
}

function describe({ help, byDefault }: Option): string {
  return byDefault === undefined ? help : `${help} (default: ${byDefault})`
}
