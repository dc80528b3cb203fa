/** Collects what was given, from each place, before anything is checked but its name. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CommandError } from '../command-error.js'
import { argumentName, exampleIn, VARIABLE_PREFIX, variableName } from './option.js'
import type { OptionTable, Source } from './option.js'
import { nearest } from './suggest.js'

/** A value as it was given, and where. */
export interface Given {
  readonly value: unknown
  readonly source: Source
}

/** What one place gives, by key of the option. */
export type GivenByKey = ReadonlyMap<string, Given>

const ARGUMENT: Source = { kind: 'argument' }

/** What the arguments give. Throws for unknown options, missing values, options given twice and stray arguments. */
export function fromArguments(args: readonly string[], table: OptionTable, command: string): GivenByKey {
  const keys = new Map(Object.keys(table).map((key) => [argumentName(key), key]))
  const given = new Map<string, Given>()
  for (const token of tokensOf(args, table)) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      throw new CommandError(
        'OPTION_UNKNOWN',
        `unexpected argument '${token.value}': ${command} takes options only, see 'understudy ${command} --help'`,
      )
    }
    const key = keys.get(token.rawName)
    const option = key === undefined ? undefined : table[key]
    if (key === undefined || option === undefined) throw unknownOption(token.rawName, [...keys.keys()], command)
    const value = token.value ?? (option.kind === 'flag' ? true : undefined)
    // A value that looks like an option was most likely forgotten; `--name=--x` still says it.
    if (value === undefined || (token.inlineValue === false && token.value?.startsWith('-') === true)) {
      throw new CommandError(
        'OPTION_INVALID',
        `option ${token.rawName} needs a value, for example ${exampleIn(key, option, ARGUMENT)}`,
      )
    }
    const before = given.get(key)
    if (before !== undefined && option.kind !== 'list') {
      throw new CommandError('OPTION_INVALID', `option ${token.rawName} is there twice: give it once`)
    }
    const list = Array.isArray(before?.value) ? before.value : []
    given.set(key, { value: option.kind === 'list' ? [...list, value] : value, source: ARGUMENT })
  }
  return given
}

/** `parseArgs` splits; what it finds is judged here, since its own messages do not say what to write instead. */
function tokensOf(args: readonly string[], table: OptionTable) {
  const options = Object.fromEntries(
    Object.entries(table).map(([key, option]) => [
      argumentName(key).slice(2),
      { type: option.kind === 'flag' ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  )
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

function unknownOption(written: string, known: readonly string[], command: string): CommandError {
  const meant = nearest(written, known)
  const hint = meant === undefined ? `see 'understudy ${command} --help'` : `did you mean ${meant}?`
  return new CommandError('OPTION_UNKNOWN', `unknown option ${written}: ${hint}`)
}

/** What the environment gives. Empty variables count as absent, as deployment tools leave them. */
export function fromVariables(env: Readonly<Record<string, string | undefined>>, table: OptionTable): GivenByKey {
  const given = new Map<string, Given>()
  for (const [key, option] of Object.entries(table)) {
    const text = env[variableName(key)]
    if (text === undefined || text === '') continue
    const value = option.kind === 'list' ? text.split(',').map((part) => part.trim()) : text
    given.set(key, { value, source: { kind: 'variable' } })
  }
  return given
}

/**
 * Warnings for variables that look like misspelt options. No errors: others set such variables as well, Kubernetes
 * for one sets `UNDERSTUDY_SERVICE_HOST` for a service of that name.
 */
export function misspeltVariables(
  env: Readonly<Record<string, string | undefined>>,
  table: OptionTable,
): readonly string[] {
  const known = Object.keys(table).map(variableName)
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith(VARIABLE_PREFIX) || known.includes(name)) return []
    const bare = (variable: string) => variable.slice(VARIABLE_PREFIX.length)
    const meant = nearest(bare(name), known.map(bare))
    return meant === undefined ? [] : [`variable ${name} has no meaning: did you mean ${VARIABLE_PREFIX}${meant}?`]
  })
}

/**
 * What the configuration file at `path` gives. Throws when it is not readable, no JSON object or has an unknown key.
 */
export function fromFile(path: string, table: OptionTable): GivenByKey {
  const config = parseConfig(path)
  const known = Object.keys(table)
  const given = new Map<string, Given>()
  for (const [key, value] of Object.entries(config)) {
    if (!known.includes(key)) {
      const meant = nearest(key, known)
      const hint = meant === undefined ? `it may have ${known.join(', ')}` : `did you mean "${meant}"?`
      throw new CommandError('OPTION_UNKNOWN', `unknown option "${key}" in ${path}: ${hint}`)
    }
    given.set(key, { value, source: { kind: 'file', path } })
  }
  return given
}

function parseConfig(path: string): object {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (error) {
    throw new CommandError('CONFIG_UNREADABLE', `cannot read the configuration file ${path}: ${reasonOf(error)}`, {
      cause: error,
    })
  }
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    throw new CommandError('CONFIG_UNREADABLE', `configuration file ${path} is no JSON: ${reasonOf(error)}`, {
      cause: error,
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new CommandError('CONFIG_UNREADABLE', `configuration file ${path} must hold a JSON object: { "name": "a", … }`)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
