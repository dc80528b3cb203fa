/**
 * Numbers for the saves of one client: with the client's own number they are operation ids, by which a node knows a
 * save that it has had already. Gateways that save the same sessions for one app share them, and what went out twice:
 * two primaries may have applied that, and go on telling it apart as long as the client names it. So it is remembered
 * also when nobody has the session open any more.
 */
import type { SessionKey } from '@understudy/session'

/** Saves that were sent more than once which are remembered of a session; the protocol takes no more. */
const RESENT_SAVES = 8
/** Sessions of which they are remembered; those whose turn was longest ago are forgotten. */
const RESENT_SESSIONS = 16_384

/** Saves of a session that were sent more than once. */
interface Resent {
  /** The latest of them, in the order in which they last went out. */
  readonly numbers: readonly number[]
  /** The lowest number of those that are not among them any more; infinite while there are none. */
  readonly dropped: number
}

/** What a save tells of those before it, as distances from its own number. */
export interface EarlierSaves {
  /** How far back earlier saves may lack their answer, or have gone out twice without being named. */
  readonly oldest?: number
  /** Those that went out more than once, itself included. */
  readonly resent?: readonly number[]
}

const NONE: Resent = { numbers: [], dropped: Infinity }
const NOTHING: EarlierSaves = {}

/** The numbers of one client's saves. */
export class OperationIds {
  /** The client's number, 53 bits. */
  readonly client: number
  readonly #clock: { now(): number }
  readonly #resent = new Map<SessionKey, Resent>()
  #counter = 0

  /** @param world its clock in ms since 1970, and chance, uniform in [0, 1) */
  constructor(world: { now(): number; random(): number }) {
    this.client = Math.floor(world.random() * 2 ** 53)
    this.#clock = world
  }

  /** A number above all before. It starts from the clock: a session remembers its latest clients by their numbers. */
  next(): number {
    this.#counter = Math.max(this.#counter + 1, this.#clock.now())
    return this.#counter
  }

  /** A save goes out once more, by whatever way. */
  sentAgain(key: SessionKey, number: number): void {
    const { numbers, dropped } = this.#resent.get(key) ?? NONE
    const latest = [...numbers.filter((other) => other !== number), number]
    const gone = latest.length > RESENT_SAVES ? latest.shift() : undefined
    this.#resent.delete(key)
    this.#resent.set(key, { numbers: latest, dropped: Math.min(dropped, gone ?? Infinity) })
    for (const oldest of this.#resent.keys()) {
      if (this.#resent.size <= RESENT_SESSIONS) return
      this.#resent.delete(oldest)
    }
  }

  /**
   * What a save says of those before it, so that a primary goes on telling apart what another may have applied, too.
   *
   * @param unanswered number of the session's oldest save that lacks its answer; the save's own if none is older
   */
  earlier(key: SessionKey, number: number, unanswered: number): EarlierSaves {
    const { numbers, dropped } = this.#resent.get(key) ?? NONE
    const oldest = Math.max(0, number - Math.min(unanswered, dropped))
    const resent = numbers.filter((other) => other <= number)
    if (oldest === 0 && resent.length === 0) return NOTHING
    return { ...(oldest > 0 && { oldest }), ...(resent.length > 0 && { resent: resent.map((other) => number - other) }) }
  }
}
