/**
 * Another revision, measured with its own bench in a working copy of its own, to be set beside this one's figures. Each of
 * its measurements is made just before this revision's, so that both see much the same machine.
 */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endsWithUs, kill, removeFolder, temporaryFolder } from './processes/running.js'
import { isResult } from './result.js'
import type { Result, Row } from './result.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** A working copy of a revision, built. */
export class Revision {
  readonly name: string
  readonly #folder: string
  readonly #measurements = new Set<string>()
  #running: ChildProcess | undefined

  private constructor(name: string, folder: string) {
    this.name = name
    this.#folder = folder
    process.once('exit', this.#discard)
  }

  /**
   * Checks it out and builds it.
   *
   * @throws Error that says what of it could not be done
   */
  static async prepare(name: string): Promise<Revision> {
    const revision = new Revision(name, temporaryFolder('compare'))
    try {
      execFileSync('git', ['worktree', 'add', '--quiet', '--detach', revision.#copy, name], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] })
      await revision.#run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'])
      await revision.#run('npm', ['run', '--silent', 'build'])
      for (const line of (await revision.#bench('--list')).split('\n')) revision.#measurements.add(line.split(' ', 1)[0] ?? '')
      return revision
    } catch (error) {
      await revision.close()
      throw new Error(`revision ${name} could not be made ready: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }

  /** Its result of a measurement; undefined where it has none of this name. */
  async measure(measurement: string, runs: number): Promise<Result | undefined> {
    if (!this.#measurements.has(measurement)) return undefined
    const json = join(this.#folder, 'results.json')
    await this.#bench('--only', measurement, '--runs', String(runs), '--json', json)
    return readResults(json).find(({ name }) => name === measurement)
  }

  /** Ends what it runs, and removes the copy. */
  async close(): Promise<void> {
    if (this.#running !== undefined) await kill(this.#running, 'SIGTERM')
    process.removeListener('exit', this.#discard)
    this.#discard()
  }

  get #copy(): string {
    return join(this.#folder, 'copy')
  }

  readonly #discard = (): void => {
    removeFolder(this.#folder)
    execFileSync('git', ['worktree', 'prune'], { cwd: ROOT, stdio: 'ignore' })
  }

  /** Its bench fails where goals of counts are missed or something is absent: what it measured stands all the same. */
  #bench(...args: readonly string[]): Promise<string> {
    return this.#run(process.execPath, ['apps/bench/dist/main.js', ...args], [0, 1])
  }

  /** Resolves to what the command says; rejects with what it complains of. */
  #run(command: string, args: readonly string[], allowed: readonly number[] = [0]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: this.#copy, stdio: ['ignore', 'pipe', 'pipe'] })
      endsWithUs(child)
      this.#running = child
      let [said, complained] = ['', '']
      child.stdout.on('data', (text: Buffer) => (said += text.toString()))
      child.stderr.on('data', (text: Buffer) => (complained += text.toString()))
      child.once('error', reject)
      child.once('close', (code, signal) => {
        if (code !== null && allowed.includes(code)) resolve(said)
        else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}: ${complained.slice(-2_000)}`))
      })
    })
  }
}

/** Medians of both revisions, figure by figure. */
export function comparison(revision: string, then: Result | undefined, now: Result): string {
  if (then === undefined) return `  ${revision} has no measurement "${now.name}"\n`
  const cells = [
    ['variant', 'figure', revision, 'here', 'unit', 'here : there'],
    ...now.rows.map((row) => cellsOf(row, then.rows.find((before) => before.variant === row.variant && before.figure === row.figure && before.unit === row.unit && before.at === row.at))),
  ]
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? []
  return `${cells.map((row) => `  ${row.map((cell, column) => (column < 2 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd()).join('\n')}\n`
}

function cellsOf({ variant, figure, at, unit, median }: Row, before: Row | undefined): string[] {
  const title = at === undefined ? figure : `${figure} at ${at}`
  return [variant, title, before === undefined ? 'not measured' : before.median.toPrecision(4), median.toPrecision(4), unit, before === undefined ? '' : `${(median / before.median).toFixed(2)} ×`]
}

function readResults(file: string): Result[] {
  const written: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const results = typeof written === 'object' && written !== null && 'results' in written ? written.results : undefined
  return Array.isArray(results) ? results.filter(isResult) : []
}
