/**
 * Reads the options of a command: arguments win over `UNDERSTUDY_*` variables, these over the configuration file,
 * that over defaults. All of them pass the command's one schema; the first fault is told in one line that names the
 * option as it was written there.
 */
import type { z } from 'zod'
import { CommandError } from '../command-error.js'
import { fromArguments, fromFile, fromVariables, misspeltVariables } from './given.js'
import type { Given, GivenByKey } from './given.js'
import { exampleIn, labelOf } from './option.js'
import type { Declared, Source } from './option.js'

/** Options as the command uses them, and what to tell the user besides. */
export interface ReadOptions<Values> {
  readonly values: Values
  readonly warnings: readonly string[]
  /** Where an option came from; a default counts as an argument, since that is how to change it. */
  sourceOf(key: string): Source
}

/** A refinement of a schema says with this that its message tells what to write, so that no example is added. */
export const SAYS_WHAT_TO_DO = { saysWhatToDo: true } as const

/** Reads and checks the options that `declared` has. Throws `CommandError`. */
export function readOptions<Shape extends z.ZodRawShape>(
  declared: Declared<Shape>,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ReadOptions<z.output<z.ZodObject<Shape>>> {
  const { table, command } = declared
  const variables = declared.isDeployed ? env : {}
  const byArgument = fromArguments(args, table, command)
  const byVariable = fromVariables(variables, table)
  const path = (byArgument.get('config') ?? byVariable.get('config'))?.value
  const byFile: GivenByKey = typeof path === 'string' ? fromFile(path, table) : new Map()
  const given = new Map<string, Given>([...byFile, ...byVariable, ...byArgument])

  const sourceOf = (key: string): Source => given.get(key)?.source ?? { kind: 'argument' }
  const raw = Object.fromEntries([...given].map(([key, each]) => [key, each.value]))
  const checked = declared.schema.safeParse(raw)
  if (checked.success) return { values: checked.data, warnings: misspeltVariables(variables, table), sourceOf }
  throw firstFault(checked.error, declared, sourceOf)
}

function firstFault<Shape extends z.ZodRawShape>(
  error: z.ZodError,
  declared: Declared<Shape>,
  sourceOf: (key: string) => Source,
): CommandError {
  const [issue] = error.issues
  const key = String(issue?.path[0] ?? '')
  const option = declared.table[key]
  const source = sourceOf(key)
  const message = `${labelOf(key, source)}: ${issue?.message ?? 'is not usable'}`
  const isComplete = option === undefined || (issue?.code === 'custom' && issue.params?.['saysWhatToDo'] === true)
  return new CommandError(
    'OPTION_INVALID',
    isComplete ? message : `${message}; write for example ${exampleIn(key, option, source)}`,
    { cause: error },
  )
}
