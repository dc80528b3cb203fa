/** Sessions of a store, opened and filled for a measurement, and saves on them. */
import type { Session, Store } from '@understudy/client'
import { ATTRIBUTES, CHANGING, FROZEN, scattered, valueOf } from './attributes.js'
import { inFlight } from './in-flight.js'
import { Saves } from './saves.js'

/** Opens sessions and saves the ten attributes in each, three of them frozen, many at once. */
export async function filledSessions(store: Store, count: number, copies?: number): Promise<Session[]> {
  const sessions: Session[] = []
  await eachFilled(store, { count, copies }, (session) => sessions.push(session))
  return sessions
}

/** The same, and closes each as soon as it is saved, as the requests of an app do. */
export async function fillAndClose(store: Store, count: number, copies?: number): Promise<void> {
  await eachFilled(store, { count, copies }, (session) => session.close())
}

/** Opens the first of the sessions that were filled. */
export function openedSessions(store: Store, count: number): Promise<Session[]> {
  return Promise.all(Array.from({ length: count }, (_, number) => store.open(`session ${number}`)))
}

async function eachFilled(store: Store, { count, copies }: { count: number; copies: number | undefined }, made: (session: Session) => unknown): Promise<void> {
  await inFlight(count, 256, async (number) => {
    const session = await store.open(`session ${number}`)
    for (const [name, value] of ATTRIBUTES) session.set(name, value)
    for (const name of FROZEN) session.freeze(name)
    await session.save(copies === undefined ? {} : { copies })
    made(session)
  })
}

/** Changes one attribute of one session after another, scattered over all, and saves each change. */
export class Changes extends Saves {
  /**
   * Makes them fail when a save is held by fewer copies than were asked for: then something else would be measured.
   */
  constructor(sessions: readonly Session[], copies?: number) {
    const asked = copies === undefined ? {} : { copies }
    super(async (number) => {
      const session = sessions[scattered(number, sessions.length)]
      const saved = await session?.set(CHANGING, valueOf(number)).save(asked)
      if (saved === undefined || saved.copies < (copies ?? 1)) throw new Error(`a save is held by fewer copies than ${copies ?? 1}`)
    })
  }
}
