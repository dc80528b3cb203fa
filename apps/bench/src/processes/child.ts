/** A process of the bench: forked, greeted, asked for figures, ended. Its side is `serveFigures`. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { endsWithUs, kill } from './running.js'

/** Numbers that a child tells of itself. */
export type Figures = Readonly<Record<string, number>>

/** One forked process. */
export class Child {
  /** Where it listens; empty where it does not. */
  readonly url: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, url: string) {
    this.#process = process
    this.url = url
  }

  /** Forks a script of `processes/` and waits until it is ready. */
  static async start(script: string, ...args: readonly string[]): Promise<Child> {
    const child = fork(new URL(script, import.meta.url), args, { execArgv: process.execArgv })
    endsWithUs(child)
    const greeting = await answerOf(child)
    if (typeof greeting !== 'string') throw new Error(`${script} did not say where it listens`)
    return new Child(child, greeting)
  }

  /** What the child says of itself now; asking costs it next to nothing. */
  figures(): Promise<Figures> {
    return this.#ask('figures')
  }

  /** What the child holds when all garbage is collected, and what it has of the machine's memory: `heldBytes`, `resident`. */
  memory(): Promise<Figures> {
    return this.#ask('memory')
  }

  async #ask(what: 'figures' | 'memory'): Promise<Figures> {
    const answer = answerOf(this.#process)
    this.#process.send(what)
    const figures = await answer
    if (!isFigures(figures)) throw new Error('a child process answered something else than figures')
    return figures
  }

  /** Stops it from running at all (SIGSTOP): it reads nothing any more, and its connections stand. */
  suspend(): void {
    this.#process.kill('SIGSTOP')
  }

  /** Lets it run again. */
  resume(): void {
    this.#process.kill('SIGCONT')
  }

  /** Ends it and waits until it is gone. */
  close(): Promise<void> {
    return kill(this.#process)
  }
}

/** The child's side: says where it listens, and its figures whenever it is asked. It ends with its parent. */
export function serveFigures(url: string, figures: () => Figures | Promise<Figures>): void {
  const answers: Readonly<Record<string, () => Figures | Promise<Figures>>> = { figures, memory }
  process.on('message', (what) => void Promise.resolve(answers[String(what)]?.() ?? {}).then((now) => process.send?.(now)))
  process.on('disconnect', () => process.exit())
  // Ctrl-C reaches all processes at once: who started this one ends it.
  process.on('SIGINT', () => {})
  process.send?.(url)
}

async function memory(): Promise<Figures> {
  return { heldBytes: await heldBytes(), resident: process.memoryUsage.rss() }
}

/** Processor time of this process so far, µs. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Bytes that this process holds when all garbage is collected, heap and buffers (needs `--expose-gc`). */
export async function heldBytes(): Promise<number> {
  // Buffers are given back, and finalisers run, between collections.
  for (let collection = 0; collection < 3; collection++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function answerOf(process: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('a child process ended before it answered'))
    process.once('exit', ended)
    process.once('message', (message) => {
      process.removeListener('exit', ended)
      resolve(message)
    })
  })
}

function isFigures(message: unknown): message is Figures {
  return typeof message === 'object' && message !== null && Object.values(message).every((value) => typeof value === 'number')
}
