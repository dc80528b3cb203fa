/** Sessions in numbers. */
import type { Store } from '@understudy/client'

/** Sessions opened at once. */
const BATCH = 1_000

/** Resolves after one turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Opens sessions by number, sets `n` to a value in each, saves them on the primary and lets go of them. */
export async function saveSessions(
  store: Store,
  numbers: Iterable<number>,
  value: (number: number) => unknown,
): Promise<void> {
  const waiting = [...numbers]
  while (waiting.length > 0) {
    // Lets nodes of this process send and receive meanwhile, as they would among requests that come over sockets.
    await turn()
    await Promise.all(waiting.splice(0, BATCH).map((number) => saveSession(store, number, value(number))))
  }
}

/** Whole numbers from 0 up to, not including, `count`, every `step`th. */
export function* numbers(count: number, step = 1): Generator<number> {
  for (let number = 0; number < count; number += step) yield number
}

async function saveSession(store: Store, number: number, value: unknown): Promise<void> {
  const session = await store.open(`session ${number}`)
  await session.set('n', value).save({ copies: 1 })
  session.close()
}
