/** All commands by name. Each is loaded when it is called, so that `--help` does not wait for Express. */
import { benchmarksDeclared } from './benchmarks/benchmarks-options.js'
import { demoDeclared } from './demo/demo-options.js'
import type { Described } from './help.js'
import { moveDeclared } from './move/move-options.js'
import type { Move } from './move/move-options.js'
import { serveDeclared } from './serve/serve-options.js'
import { statusDeclared } from './status/status-options.js'
import type { Surroundings } from './surroundings.js'
import { tokenDeclared } from './token/token-options.js'

/** A command: its help and what it does. */
export interface Command extends Described {
  /** Resolves with the exit code; throws `CommandError` for what the user can mend. */
  run(args: readonly string[], surroundings: Surroundings): Promise<number>
}

/** The commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    ...serveDeclared,
    name: 'serve',
    summary: 'Run a store node until it is told to stop',
    examples: [
      'understudy serve',
      'understudy serve --name a --listen 127.0.0.1:4400 --peer b=ws://127.0.0.1:4401 --peer c=ws://127.0.0.1:4402',
      'understudy serve --config node-a.json --log-format text',
    ],
    run: async (args, surroundings) => (await import('./serve/serve.js')).serve(args, surroundings),
  },
  {
    ...statusDeclared,
    name: 'status',
    summary: 'Show what a node holds and how its back-ups keep up',
    examples: ['understudy status', 'understudy status --node http://127.0.0.1:4401 --json'],
    run: async (args, surroundings) => (await import('./status/status.js')).status(args, surroundings),
  },
  moving('promote', 'Move a node one step up: behind all others, at its share of slots, before all others'),
  moving('demote', 'Move a node one step down'),
  moving('drain', 'Hand all slots of a node over to others, and wait until that is done'),
  {
    ...demoDeclared,
    name: 'demo',
    summary: 'Start three nodes, a shop on two servers and traffic, and show live figures',
    examples: ['understudy demo', 'understudy demo --users 100 --seconds 30'],
    run: async (args, surroundings) => (await import('./demo/demo.js')).demo(args, surroundings),
  },
  {
    ...benchmarksDeclared,
    name: 'benchmarks',
    summary: 'Keep the benchmarks of other nodes’ back-ups',
    examples: ['understudy benchmarks --listen 127.0.0.1:4410', 'understudy serve --benchmark http://127.0.0.1:4410'],
    run: async (args, surroundings) => (await import('./benchmarks/benchmarks.js')).benchmarks(args, surroundings),
  },
  {
    ...tokenDeclared,
    name: 'token',
    summary: 'Make a token and the entry that lets it in',
    examples: ['understudy token --role write --name shop', 'understudy token --role read --expires 2027-12-31 --json'],
    run: async (args, surroundings) => (await import('./token/token.js')).token(args, surroundings),
  },
]

function moving(name: Move, summary: string): Command {
  return {
    ...moveDeclared(name),
    name,
    summary,
    examples: [`understudy ${name} --node ws://127.0.0.1:4401`],
    run: async (args, surroundings) => (await import('./move/move.js')).move(name, args, surroundings),
  }
}
