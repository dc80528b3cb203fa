/**
 * Session storage for React Router, in place of `createSessionStorage`.
 *
 * That hands its strategy an id and all data, but not the session object, so that nobody could tell what a request had
 * read. So here are its three methods themselves: `getSession` remembers what the object was made of, and
 * `commitSession` writes what was changed since.
 */
import { AppSessions, checkAdapterOptions, drawId, isDrawnId, lifeOf, plainForm, sliding, TrackedSession } from '@understudy/adapter'
import type { AdapterOptions, Expiry } from '@understudy/adapter'
import type { Value } from '@understudy/client'
import { createCookie, createSession, isCookie } from 'react-router'
import type { Cookie, Session, SessionData, SessionIdStorageStrategy, SessionStorage } from 'react-router'

/** Options of the storage. */
export interface UnderstudySessionStorageOptions extends AdapterOptions {
  /** The cookie that holds the session's id, or the options of one; its name is `__session` by default. */
  readonly cookie?: NonNullable<SessionIdStorageStrategy['cookie']>
  /** Life after their last use of sessions whose cookie ends with the browser, seconds; default 86,400. */
  readonly ttl?: number
}

/** What says how long a cookie lives. */
type CookieLife = NonNullable<Parameters<SessionStorage['commitSession']>[1]>

/** Nothing stands beside the app's attributes. */
const NONE_OF_OURS: ReadonlyMap<string, Value> = new Map()

/**
 * Makes the storage. `Data` and `FlashData` are the app's, as with `createSessionStorage`.
 *
 * A session that was destroyed stays so: who commits it later writes nothing, and gets the header that takes the cookie away.
 * @throws UnderstudyError OPTION_INVALID
 */
export function createUnderstudySessionStorage<Data = SessionData, FlashData = Data>(
  options: UnderstudySessionStorageOptions,
): SessionStorage<Data, FlashData> {
  const settings = checkAdapterOptions(options)
  const cookie = cookieOf(options.cookie)
  const otherwise = sliding(lifeOf(options.ttl))
  const app = new AppSessions(settings)
  /** What session objects were made of, and what became of new ones. */
  const tracked = new WeakMap<object, TrackedSession>()
  const taken = (life?: CookieLife): Promise<string> => cookie.serialize('', { ...life, maxAge: 0, expires: new Date(0) })

  return {
    async getSession(header, parsing) {
      const id: unknown = header ? await cookie.parse(header, parsing) : undefined
      const found = isDrawnId(id) ? await app.read(id) : undefined
      // An id that names no session is not taken over: somebody else may have put it there.
      if (!isDrawnId(id) || found === undefined) return createSession<Data, FlashData>()
      app.touch(id)
      const working = await plainForm.working(found.values)
      // That the attributes are what the app declares them to be is the app's word.
      const session = createSession(working.attributes, id) as unknown as Session<Data, FlashData>
      tracked.set(session, new TrackedSession(app, { id, reading: found.reading, working }))
      return session
    },

    async commitSession(session, life) {
      const known = tracked.get(session) ?? new TrackedSession(app, { id: session.id || drawId(), reading: undefined, working: plainForm.fresh })
      tracked.set(session, known)
      const outcome = await known.save(Object.entries(session.data), NONE_OF_OURS, expiryOf(cookie, life) ?? otherwise)
      return outcome === 'over' ? taken(life) : cookie.serialize(known.id, life)
    },

    async destroySession(session, life) {
      const id = tracked.get(session)?.id ?? session.id
      if (id !== '') await app.destroy(id)
      return taken(life)
    },
  }
}

function cookieOf(given: UnderstudySessionStorageOptions['cookie']): Cookie {
  return isCookie(given) ? given : createCookie(given?.name ?? '__session', given)
}

/** When a session ends whose cookie has an end of its own, as React Router reckons it; undefined: its cookie has none. */
function expiryOf(cookie: Cookie, life: CookieLife | undefined): Expiry | undefined {
  const at = typeof life?.maxAge === 'number' ? Date.now() + life.maxAge * 1_000 : (life?.expires ?? cookie.expires)?.valueOf()
  if (at === undefined) return undefined
  return at > Date.now() ? { kind: 'fixed', at } : { kind: 'past' }
}
