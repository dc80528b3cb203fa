/**
 * One store node of the demo, `understudy serve` in a process of its own. It is in a process group of its own too, so
 * that Ctrl-C reaches only the demo, which then stops it in order; and it stops by itself when the demo is gone
 * (--stop-with-parent).
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CommandError } from '../command-error.js'
import { VARIABLE_PREFIX } from '../options/option.js'
import { PACKAGE } from '../package-folder.js'

/** The program that the children run. */
const PROGRAM = fileURLToPath(new URL('bin/understudy.js', PACKAGE))

/** A node that is not up after this time will not come, in ms: generous, as three start at once on machines that do other things, too. */
const START_LIMIT = 60_000

/** A node that has not stopped after this time is ended, in ms. */
const STOP_LIMIT = 5000

/** How a node is started. */
export interface NodeProcessOptions {
  readonly name: string
  /** Arguments of `serve`, without name and --stop-with-parent. */
  readonly args: readonly string[]
  /** Gets each line that the node writes. */
  readonly onLine: (line: string) => void
  /** Called when the node ends without being asked to. */
  readonly onLost: (how: string) => void
  /** The program to run, for tests. Default: `understudy`. */
  readonly program?: string
}

/** A running node. */
export class NodeProcess {
  readonly name: string
  readonly url: string
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #isStopping = false

  private constructor(name: string, url: string, child: ChildProcess, onLost: (how: string) => void) {
    this.name = name
    this.url = url
    this.#child = child
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (!this.#isStopping) onLost(howItEnded(code, signal))
        resolve()
      })
    })
  }

  /**
   * Starts a node and resolves when it says that it is up. Throws `DEMO_FAILED` with its last words when it does not.
   */
  static async start({ name, args, onLine, onLost, program = PROGRAM }: NodeProcessOptions): Promise<NodeProcess> {
    const child = fork(program, ['serve', '--name', name, ...args, '--stop-with-parent'], {
      detached: true,
      env: environmentOfChild(),
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const lastWords: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        lastWords.splice(0, lastWords.length - 4)
        lastWords.push(line)
        onLine(line)
      })
    }
    const url = await whenReady(child, name, lastWords)
    return new NodeProcess(name, url, child, onLost)
  }

  /** The process's id. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Resolves when the process has gone. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /** Asks the node to stop, and makes it after a while. Resolves when it has gone. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#child.kill('SIGTERM')
    const ending = setTimeout(() => this.kill(), STOP_LIMIT)
    await (this.#child.exitCode === null && this.#child.signalCode === null ? this.#ended : undefined)
    clearTimeout(ending)
  }

  /** Ends the node at once. */
  kill(): void {
    this.#isStopping = true
    this.#child.kill('SIGKILL')
  }
}

/** Without our own variables: the demo's nodes are set up by arguments alone. */
function environmentOfChild(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith(VARIABLE_PREFIX)))
}

function whenReady(child: ChildProcess, name: string, lastWords: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (how: string): void => {
      clearTimeout(limit)
      child.kill('SIGKILL')
      reject(new CommandError('DEMO_FAILED', `node ${name} ${how}: ${lastWords.join(' | ') || 'it said nothing'}`))
    }
    const limit = setTimeout(() => fail(`was not up after ${START_LIMIT / 1000} s`), START_LIMIT)
    // `close` comes after `exit`, when all that the node wrote has been read.
    const onClose = (code: number | null, signal: NodeJS.Signals | null): void => fail(howItEnded(code, signal))
    child.once('error', (error) => fail(`could not be started (${error.message})`)).once('close', onClose)
    child.once('message', (message: unknown) => {
      if (typeof message !== 'object' || message === null || !('url' in message)) return
      clearTimeout(limit)
      child.off('close', onClose)
      resolve(String(message.url))
    })
  })
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
}
