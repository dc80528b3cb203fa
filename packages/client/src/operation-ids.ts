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

const NOTHING = {}

/** The numbers of one client's saves. */
export class OperationIds {
  /** The client's number, 53 bits. */
  readonly client: number
  readonly #clock: { now(): number }
  readonly #resent = new Map<SessionKey, readonly number[]>()
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
    const others = (this.#resent.get(key) ?? []).filter((other) => other !== number)
    this.#resent.delete(key)
    this.#resent.set(key, [...others, number].slice(-RESENT_SAVES))
    for (const oldest of this.#resent.keys()) {
      if (this.#resent.size <= RESENT_SESSIONS) return
      this.#resent.delete(oldest)
    }
  }

  /** How far below a save's number those are, it included, that went out more than once; nothing where none did. */
  resentBefore(key: SessionKey, number: number): { readonly resent?: readonly number[] } {
    const resent = this.#resent.get(key)?.filter((other) => other <= number)
    return resent === undefined || resent.length === 0 ? NOTHING : { resent: resent.map((other) => number - other) }
  }
}
