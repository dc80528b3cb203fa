/**
 * Plays a run's histories from its first second on, in processes that take only what cores the other tests leave: those
 * wait most of their time, for disks, detectors and browsers. Who asks is told the outcome when the last one is played.
 */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { perform } from './src/troupe.js'
import type { Result } from './src/troupe.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Loopback port that tells the `Result` of the run's histories, as one JSON text. */
    readonly historiesPort: number
  }
}

/** Histories of a run; CI plays 20,000, `npm run soak` goes on for hours. */
export const HISTORIES = Number(process.env['HISTORIES'] ?? 5_000)
/** Time, s since 1970, from which on no more than `LEAST` are begun; where it is set, a slow machine plays fewer. */
const UNTIL = Number(process.env['HISTORIES_UNTIL'] ?? Infinity)
/** Histories that are played in any case. */
export const LEAST = Math.min(HISTORIES, 5_000)
/** Steps of each. */
export const STEPS = 200
/** The program that plays them. */
export const WORKER = fileURLToPath(new URL('dist/play-seeds.js', import.meta.url))

/** The lowest priority there is. */
const LOWEST = 19

/** Called before the first test of the run; what it returns, after the last. */
export default async function setup(project: TestProject): Promise<() => void> {
  const stop = new AbortController()
  const play = (): Promise<Result> => perform({ worker: WORKER, seeds: { from: 1, count: HISTORIES }, steps: STEPS, until: UNTIL * 1_000, least: LEAST, niceness: LOWEST, signal: stop.signal })
  // Who watches runs tests again and again, and seldom these.
  let playing = project.config.watch ? undefined : play()
  const server = createServer((socket) => {
    playing ??= play()
    playing.then(
      (result) => socket.end(JSON.stringify(result)),
      (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
    )
  })
  // Whoever asks hears of a failure; until then it is nobody's.
  playing?.catch(() => undefined)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  project.provide('historiesPort', (server.address() as AddressInfo).port)
  return () => {
    stop.abort()
    server.close()
  }
}
