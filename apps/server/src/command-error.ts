/** Everything that can end a command with an exit code other than 0, each as one line that says what to do. */

/** What went wrong, by whose turn it is: a wrong call ends with exit code 2, a failure while running with 1. */
const EXIT_CODES = {
  /** the first word is no command */
  COMMAND_UNKNOWN: 2,
  /** an option, a configuration key or an argument that the command does not know */
  OPTION_UNKNOWN: 2,
  /** a value that the option does not take, a missing value, or options that exclude each other */
  OPTION_INVALID: 2,
  /** the configuration file cannot be read or is no JSON object */
  CONFIG_UNREADABLE: 2,
  /** the token file cannot be read or is not what it should be */
  TOKENS_UNREADABLE: 2,
  /** other machines could reach the node and nothing would stop them */
  TOKENS_NEEDED: 2,
  /** another process listens there */
  PORT_IN_USE: 1,
  /** the address is not this machine's, or this user may not listen there */
  ADDRESS_UNUSABLE: 1,
  /** the node itself did not start; its own error says why */
  NODE_FAILED: 1,
  /** no node answers */
  NODE_UNREACHABLE: 1,
  /** the node answers, but not to us */
  NODE_REFUSED: 1,
  /** something answers that is no node */
  NODE_FOREIGN: 1,
  /** the demo could not be set up, or saw something that must not be */
  DEMO_FAILED: 1,
} as const

/** Why a `CommandError` was thrown. */
export type CommandErrorCode = keyof typeof EXIT_CODES

/** The one error class of the command line. Its message is printed after `understudy: `; stack and cause are not. */
export class CommandError extends Error {
  override readonly name = 'CommandError'

  constructor(
    readonly code: CommandErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }

  /** What the process ends with: 2 for a wrong call, 1 for a failure while running. */
  get exitCode(): 1 | 2 {
    return EXIT_CODES[this.code]
  }
}
