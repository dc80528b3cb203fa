/**
 * Which peers this node hears itself.
 *
 *            linked                link closed                  redial failed, or CONFIRMATION over
 *   unheard ───────► heard ─────────────────────► in doubt ─────────────────────────────────► unheard
 *                      ▲                             │ linked                                    ▲
 *                      └─────────────────────────────┘                                           │
 *                      └──────────────── it said good-bye, or was silent too long ───────────────┘
 *
 * A closed connection is strong evidence, but connections also end for lesser reasons: the first attempt to dial anew
 * decides. Silence was judged by the heartbeat already, and a good-bye needs no proof.
 */
import type { Environment } from '../environment.js'

/** ms in which a peer whose link was closed must be linked again, where no attempt to dial says more. */
const CONFIRMATION = 400

/** The peers that one node hears. */
export class Hearing {
  readonly #environment: Environment
  readonly #changed: () => void
  readonly #heard = new Set<string>()
  readonly #doubts = new Map<string, () => void>()

  /** @param changed called when a peer is heard no longer */
  constructor(environment: Environment, changed: () => void) {
    this.#environment = environment
    this.#changed = changed
  }

  /** Names of the peers that are heard, those in doubt included. */
  get names(): readonly string[] {
    return [...this.#heard].toSorted()
  }

  /** Whether the peer is heard, or nothing is proved yet. */
  hears(name: string): boolean {
    return this.#heard.has(name)
  }

  /** A link to the peer stands. */
  linked(name: string): void {
    this.#settle(name)
    this.#heard.add(name)
  }

  /** The link to the peer ended, with this code. */
  ended(name: string, code: string): void {
    if (!this.#heard.has(name)) return
    if (code === 'SHUTDOWN' || code === 'SILENT') return this.#lose(name)
    if (!this.#doubts.has(name)) this.#doubts.set(name, this.#environment.after(CONFIRMATION, () => this.#lose(name)))
  }

  /** The peer could not be dialled. */
  unreachable(name: string): void {
    if (this.#doubts.has(name)) this.#lose(name)
  }

  /** Lets go of all. */
  close(): void {
    for (const cancel of this.#doubts.values()) cancel()
    this.#doubts.clear()
  }

  #lose(name: string): void {
    this.#settle(name)
    this.#heard.delete(name)
    this.#changed()
  }

  #settle(name: string): void {
    this.#doubts.get(name)?.()
    this.#doubts.delete(name)
  }
}
