/** One node: a process of the command `understudy serve`, on a port and a folder that outlive it. */
import { execFileSync, fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const COMMAND = join(dirname(createRequire(import.meta.url).resolve('understudy/package.json')), 'bin', 'understudy.js')
/** ms for a process to be ready: on a busy machine it takes its time, and that breaks no promise. */
const START = 120_000

/** What `/status` says, as far as it matters here. */
export interface Status {
  readonly ready: boolean
  readonly epoch: number
  readonly digest: string
  readonly slots: { readonly primary: number }
  readonly counters: Readonly<Record<string, number>>
}

/** How a node is run. */
export interface NodeOptions {
  readonly name: string
  readonly port: number
  /** Arguments of `understudy serve` beside name and address. */
  readonly args: readonly string[]
  /** Folder for its sessions; undefined keeps them in memory. */
  readonly data: string | undefined
  /** File for what it logs. */
  readonly log: string
}

/** A node, running or not. */
export class NodeProcess {
  readonly name: string
  readonly #options: NodeOptions
  #child: ChildProcess | undefined
  #expectsEnd = false
  /** How often the process ended without having been killed. */
  crashes = 0

  constructor(options: NodeOptions) {
    this.name = options.name
    this.#options = options
  }

  /** Port that it listens on. */
  get port(): number {
    return this.#options.port
  }

  /** ws URL of the node itself. */
  get url(): string {
    return `ws://127.0.0.1:${this.#options.port}`
  }

  /** Starts the process, and waits until it listens. @throws Error when it ends before, with its exit code */
  async start(): Promise<void> {
    const { name, args, data, log, port } = this.#options
    const out = openSync(log, 'a')
    const keeping = data === undefined ? ['--memory'] : ['--data', data]
    const listen = ['serve', '--name', name, '--listen', `127.0.0.1:${port}`]
    const child = fork(COMMAND, [...listen, ...keeping, ...args, '--stop-with-parent'], { stdio: ['ignore', out, out, 'ipc'], execArgv: [] })
    closeSync(out)
    this.#child = child
    this.#expectsEnd = false
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined
      if (!this.#expectsEnd) this.crashes++
    })
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`node "${name}" did not listen within ${START} ms`)), START)
      child.on('message', (message) => isReady(message) && settle(resolve))
      child.once('exit', (code, signal) => settle(() => reject(new Error(`node "${name}" ended with ${signal ?? `code ${code}`} before it listened`))))
      const settle = (done: () => void): void => {
        clearTimeout(timer)
        done()
      }
    })
  }

  /** Whether the process is there. */
  get isRunning(): boolean {
    return this.#child !== undefined
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    this.#expectsEnd = true
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  /** Stops the process from running at all (SIGSTOP). */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  /** Lets it run again. */
  wake(): void {
    this.#child?.kill('SIGCONT')
  }

  /** What the node says of itself. */
  async status(): Promise<Status> {
    const response = await fetch(`http://127.0.0.1:${this.#options.port}/status`, { signal: AbortSignal.timeout(2_000) })
    const status: unknown = await response.json()
    if (!isStatus(status)) throw new Error(`node "${this.name}" has no status`)
    return status
  }

  /** From now on its files cannot grow: what LMDB sees is a full disk. */
  fillDisk(): void {
    const largest = Math.max(...this.#files().map((file) => statSync(file).size))
    this.#limitFiles(String(largest))
  }

  /** There is space again. */
  clearDisk(): void {
    this.#limitFiles('unlimited')
  }

  /** Its sessions are lost with its folder. */
  wipe(): void {
    if (this.#options.data !== undefined) rmSync(this.#options.data, { recursive: true, force: true })
  }

  /**
   * Flips bits in records on its disk, while it does not run.
   *
   * @param pattern bytes that records hold, of which some are damaged
   * @param isHit decides of each place
   * @returns places damaged
   */
  damage(pattern: string, isHit: () => boolean): number {
    let places = 0
    for (const file of this.#files()) {
      const bytes = readFileSync(file)
      let hits = 0
      for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) {
        if (!isHit()) continue
        bytes[at] = (bytes[at] ?? 0) ^ 0x10
        hits++
      }
      if (hits > 0) writeFileSync(file, bytes)
      places += hits
    }
    return places
  }

  #limitFiles(soft: string): void {
    const pid = this.#child?.pid
    if (pid !== undefined) execFileSync('prlimit', ['--pid', String(pid), `--fsize=${soft}:unlimited`])
  }

  #files(): string[] {
    const { data } = this.#options
    if (data === undefined) return []
    return readdirSync(data, { withFileTypes: true, recursive: true }).flatMap((entry) => (entry.isFile() && entry.name.endsWith('.mdb') ? [join(entry.parentPath, entry.name)] : []))
  }
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'url' in message
}

function isStatus(status: unknown): status is Status {
  return typeof status === 'object' && status !== null && 'slots' in status && 'digest' in status && 'counters' in status
}
