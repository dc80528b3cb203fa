/**
 * What a primary says and does about many sessions at once: which there are, how many, and ending them. It speaks of the
 * slots that it serves, and names those of the question that it does not: somebody else has to be asked about them.
 */
import type { SessionDeltaEntry } from '@understudy/protocol'
import type { SessionKey, UserKey } from '@understudy/session'
import { countSessions, listSessions } from '@understudy/store'
import type { SessionPage, SessionStore, StoredSession } from '@understudy/store'
import type { Environment } from '../environment.js'
import type { SessionService } from './session-service.js'

/** Bytes of contents on one page, about: a frame to a client holds 1 MiB. */
const PAGE_BYTES = 384 * 1024

/** Sessions of everybody ended in one go: reading cold ones must not stop the node for long. */
const CLEARED_AT_ONCE = 1_000

/** What who lists sessions holds of them. */
const NOTHING_KNOWN = { benchmark: undefined, since: 0 }

/** Which sessions are meant. */
export interface Selection {
  /** Numbers of slots. */
  readonly slots: readonly number[]
  /** Whose sessions; undefined: everybody's. */
  readonly user?: UserKey | undefined
}

/** A question for a page. */
export interface PageQuestion extends Selection {
  readonly after?: SessionKey | undefined
  readonly limit: number
  /** Whether the page must be small enough to carry contents. */
  readonly contents: boolean
}

/** What all answers say. */
export interface Answer {
  /** Slots of the question that this node does not serve. */
  readonly refused: readonly number[]
}

/** A page of living sessions in the order of their keys. */
export interface Page extends Answer {
  readonly keys: readonly SessionKey[]
  /** The whole of each, if contents were wanted. */
  readonly states: readonly SessionDeltaEntry[]
  readonly more: boolean
}

/** What ending many sessions came to. */
export interface Clearance extends Answer {
  /** Sessions ended. */
  readonly count: number
  /** Nodes that hold their deaths: the fewest of all; 0 where nothing was ended. */
  readonly copies: number
  /** There are more: ask again. */
  readonly more: boolean
}

/** What surveys need of their node. */
export interface SurveysOptions {
  readonly store: SessionStore
  readonly service: SessionService
  readonly environment: Environment
  /** A user is logged out everywhere: all nodes must know. Gives what that ended here. */
  readonly logOut: (user: UserKey, at: number) => readonly StoredSession[]
}

/** Looks at all sessions of which a node is primary. */
export class Surveys {
  readonly #options: SurveysOptions

  constructor(options: SurveysOptions) {
    this.#options = options
  }

  /**
   * A page of living sessions.
   *
   * @throws NodeError NO_PRIMARY where none of the slots is served; StoreError USERS_UNKNOWN, USERS_UNREAD
   */
  async list({ limit, contents, ...question }: PageQuestion): Promise<Page> {
    const { store, environment } = this.#options
    const { slots, refused } = await this.#divided(question.slots)
    const page = listSessions(store, { ...question, slots, limit }, environment.now())
    const { sessions, more } = contents ? fitting(page) : page
    const states = contents ? sessions.map((stored) => store.difference(stored, NOTHING_KNOWN, 'benchmark').entry) : []
    return { refused, keys: sessions.map(({ key }) => key), states, more }
  }

  /** How many sessions there are. @throws as `list` */
  async count(selection: Selection): Promise<Answer & { readonly count: number }> {
    const { slots, refused } = await this.#divided(selection.slots)
    return { refused, count: countSessions(this.#options.store, { ...selection, slots }) }
  }

  /**
   * Ends all sessions of a user, and what turns up of theirs later; without a user, all sessions, 1,000 at a time.
   *
   * @param at when it was decided, ms since 1970
   * @throws as `list`; NodeError NO_QUORUM, STORAGE_FAILED
   */
  async clear({ user, at, copies, ...selection }: Selection & { readonly at: number; readonly copies?: number | undefined }): Promise<Clearance> {
    const { store, service, environment, logOut } = this.#options
    const { slots, refused } = await this.#divided(selection.slots, (slot) => service.mayWrite(slot))
    await service.writable(slots[0] ?? selection.slots[0] ?? 0)
    const now = environment.now()
    // Asked for first: whether users are known here, and fully.
    const { sessions, more } = listSessions(store, { slots, user, limit: user === undefined ? CLEARED_AT_ONCE : Infinity }, now)
    const asked = new Set(slots)
    const loggedOut = user === undefined ? [] : logOut(user, Math.min(at, now)).filter(({ slot }) => asked.has(slot))
    for (const { key } of sessions) store.destroy(key, { at: now, reason: 'destroyed' })
    const ended = new Map(sessions.map((stored) => [stored.key, stored]))
    for (const stored of loggedOut) {
      // What a peer's word ended before may be held already by whoever is asked for: the question has to travel.
      if (!ended.has(stored.key)) store.restate(stored)
      ended.set(stored.key, stored)
    }
    const held = await Promise.all(Array.from(ended.values(), (stored) => service.held(stored, { copies }, now)))
    return { refused, count: ended.size, copies: held.length === 0 ? 0 : Math.min(...held), more }
  }

  /** Waits until the first of the slots is served, and parts those served from the others. */
  async #divided(slots: readonly number[], may: (slot: number) => boolean = () => true): Promise<{ slots: number[]; refused: number[] }> {
    const { service } = this.#options
    const [first] = slots
    if (first !== undefined && !slots.some((slot) => service.serves(slot))) await service.served(first)
    const isOurs = (slot: number): boolean => service.serves(slot) && may(slot)
    return { slots: slots.filter(isOurs), refused: slots.filter((slot) => !isOurs(slot)) }
  }
}

/** As many sessions as a frame can carry with their contents: one at least. */
function fitting({ sessions, more }: SessionPage): SessionPage {
  let bytes = 0
  const end = sessions.findIndex(({ session }, index) => {
    bytes += session?.byteLength ?? 0
    return index > 0 && bytes > PAGE_BYTES
  })
  return end === -1 ? { sessions, more } : { sessions: sessions.slice(0, end), more: true }
}
