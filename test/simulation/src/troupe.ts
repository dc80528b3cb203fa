/** Several processes that play histories side by side, one a core. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { availableParallelism, setPriority } from 'node:os'
import { pathToFileURL } from 'node:url'
import type { Failure, Progress } from './progress.js'
import { sumOf } from './progress.js'

/** Seeds in a row. */
export interface Range {
  readonly from: number
  readonly count: number
}

/** What is to be played. */
export interface Task {
  /** The built `play-seeds.js`. */
  readonly worker: string
  /** The seeds: so many from one on, or these. */
  readonly seeds: Range | readonly number[]
  readonly steps: number
  /** Name of the mutant that plays in place of production. */
  readonly mutant?: string | undefined
  /** Whether to end at the first failure. */
  readonly first?: boolean
  /** Processes; as many as there are cores, if it does not say. */
  readonly workers?: number
  /** How willingly it leaves the cores to others: 0, as everybody, to 19, which takes only what nobody else wants. */
  readonly niceness?: number
  /** When it has lasted long enough, ms since 1970: what has begun is played to its end, and `least` in any case. */
  readonly until?: number | undefined
  /** Histories that are played however long they take. */
  readonly least?: number
  /** Ends it before its time. */
  readonly signal?: AbortSignal | undefined
}

/** What came of it. */
export interface Result extends Progress {
  readonly failures: readonly Failure[]
}

/** Plays all of a task. @param heard called as it goes on */
export async function perform(task: Task, heard: (progress: Progress, failures: readonly Failure[]) => void = () => {}): Promise<Result> {
  const { seeds } = task
  const workers = Math.min(task.workers ?? availableParallelism(), 'count' in seeds ? seeds.count : seeds.length)
  const progress = new Map<number, Progress>()
  const failures: Failure[] = []
  const stops: (() => void)[] = []
  const abort = (): void => {
    for (const stop of stops) stop()
  }
  task.signal?.addEventListener('abort', abort)
  await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      return work(task, index, workers, stops, (line) => {
        if ('seed' in line) failures.push(line)
        else progress.set(index, line)
        if ('seed' in line && task.first) for (const stop of stops) stop()
        heard(sumOf(progress.values()), failures)
      })
    }),
  )
  task.signal?.removeEventListener('abort', abort)
  return { ...sumOf(progress.values()), failures: failures.toSorted((one, other) => one.seed - other.seed) }
}

function work(task: Task, index: number, workers: number, stops: (() => void)[], heard: (line: Failure | Progress) => void): Promise<void> {
  const { worker, seeds, steps, mutant, first, until, least = 0 } = task
  const mutation = mutant === undefined ? [] : ['--import', new URL('mutants/mutation.js', pathToFileURL(worker)).href]
  const which = 'count' in seeds ? ['--from', String(seeds.from), '--count', String(seeds.count)] : ['--seeds', seeds.join()]
  const share = ['--share', `${index}/${workers}`, '--steps', String(steps)]
  const end = until === undefined ? [] : ['--until', String(until), '--least', String(Math.ceil(least / workers))]
  // A wide young generation: worlds are made and thrown away, and hardly anything of them should be copied.
  const child = spawn(process.execPath, ['--max-semi-space-size=64', ...mutation, worker, ...which, ...share, ...end, ...(first ? ['--first'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(mutant !== undefined && { UNDERSTUDY_MUTANT: mutant }) },
  })
  if (task.niceness !== undefined && child.pid !== undefined) setPriority(child.pid, task.niceness)
  let stopped = false
  stops.push(() => {
    stopped = true
    child.kill()
  })
  createInterface(child.stdout).on('line', (line) => heard(JSON.parse(line)))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => (code === 0 || stopped ? resolve() : reject(new Error(`a worker ended with code ${code}`))))
  })
}
