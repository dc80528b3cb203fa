/** The program: finds the command, runs it, and turns whatever it throws into one line and an exit code. */
import { readFileSync } from 'node:fs'
import { CommandError } from './command-error.js'
import { COMMANDS } from './commands.js'
import type { Command } from './commands.js'
import { commandHelp, programHelp } from './help.js'
import { nearest } from './options/suggest.js'
import { PACKAGE } from './package-folder.js'
import { processSurroundings } from './surroundings.js'
import type { Surroundings } from './surroundings.js'

/** Runs `understudy …args`. Resolves with the exit code and never rejects. */
export async function main(
  args: readonly string[],
  surroundings: Surroundings = processSurroundings(),
  commands: readonly Command[] = COMMANDS,
): Promise<number> {
  try {
    return await dispatch(args, surroundings, commands)
  } catch (error) {
    if (error instanceof CommandError) {
      surroundings.err(`understudy: ${error.message}\n`)
      return error.exitCode
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    surroundings.err(`understudy: unexpected failure, please report it: ${detail}\n`)
    return 1
  }
}

async function dispatch(
  [first, ...rest]: readonly string[],
  surroundings: Surroundings,
  commands: readonly Command[],
): Promise<number> {
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const about =
      first === 'help' && rest[0] !== undefined ? commandHelp(commandNamed(rest[0], commands)) : programHelp(commands)
    surroundings.out(about)
    // Called with nothing, nothing was done.
    return first === undefined ? 2 : 0
  }
  if (first === '--version' || first === '-v') {
    surroundings.out(`${version()}\n`)
    return 0
  }
  const command = commandNamed(first, commands)
  if (rest.includes('--help') || rest.includes('-h')) {
    surroundings.out(commandHelp(command))
    return 0
  }
  return await command.run(rest, surroundings)
}

function commandNamed(word: string, commands: readonly Command[]): Command {
  const command = commands.find(({ name }) => name === word)
  if (command !== undefined) return command
  const names = commands.map(({ name }) => name)
  const meant = nearest(word, names)
  const hint = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`
  throw new CommandError('COMMAND_UNKNOWN', `unknown command '${word}': ${hint}`)
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
