/**
 * How a command declares its options, and how one of them is called in each place that it can come from. One rule, no
 * exceptions: option `--log-level`, variable `UNDERSTUDY_LOG_LEVEL`, key `"logLevel"` in the configuration file.
 */
import type { z } from 'zod'

/** What all environment variables of Understudy begin with. */
export const VARIABLE_PREFIX = 'UNDERSTUDY_'

/** One option, without its check: that is in the command's schema, under the same key. */
export interface Option {
  /** `flag`: takes no value; `value`: one; `list`: may be repeated, and a variable separates by commas. */
  readonly kind: 'flag' | 'value' | 'list'
  /** What stands for the value in the help: `HOST:PORT`. */
  readonly takes?: string
  /** A value that is always right, for messages. */
  readonly example: string
  /** One line for the help. */
  readonly help: string
  /** What the help calls the default, where there is one to tell. */
  readonly byDefault?: string
}

/** The options of a command by key. */
export type OptionTable<Key extends string = string> = Readonly<Record<Key, Option>>

/**
 * A command's options and the schema that checks them: every key of the schema is in the table (`satisfies` where it
 * is declared).
 */
export interface Declared<Shape extends z.ZodRawShape> {
  readonly command: string
  readonly table: OptionTable
  readonly schema: z.ZodObject<Shape>
  /**
   * Whether options also come from `UNDERSTUDY_*` variables and from a configuration file (`--config`). Only for
   * commands that are deployed: `UNDERSTUDY_ROLE`, set for a node, must not change what `understudy token` does.
   */
  readonly isDeployed: boolean
}

/** Where a value came from. */
export type Source =
  { readonly kind: 'argument' } | { readonly kind: 'variable' } | { readonly kind: 'file'; readonly path: string }

/** `logLevel` → `--log-level`. */
export function argumentName(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `logLevel` → `UNDERSTUDY_LOG_LEVEL`. */
export function variableName(key: string): string {
  return VARIABLE_PREFIX + key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** How a message names an option: as whoever has to correct it wrote it. */
export function labelOf(key: string, source: Source): string {
  if (source.kind === 'argument') return `option ${argumentName(key)}`
  if (source.kind === 'variable') return `variable ${variableName(key)}`
  return `"${key}" in ${source.path}`
}

/** The option's example as it is written in the same place. */
export function exampleIn(key: string, option: Option, source: Source): string {
  if (source.kind === 'argument')
    return option.kind === 'flag' ? argumentName(key) : `${argumentName(key)} ${option.example}`
  if (source.kind === 'variable') return `${variableName(key)}=${option.example}`
  const isBare = /^(?:\d+|true|false|[{[].*)$/.test(option.example)
  const quoted = JSON.stringify(option.kind === 'list' ? [option.example] : option.example)
  return `"${key}": ${isBare ? option.example : quoted}`
}
