/**
 * One session after the other, saved over and over: each save sets the next number and counts it, so that afterwards
 * number and count tell what was lost and what took effect twice. Now and then the session is destroyed.
 */
import type { Session, Store } from '@understudy/client'
import type { Chance } from '../chance.js'
import { rest } from '../wait.js'
import type { Claim } from './messages.js'

/** ms between two saves. */
const THINKING = 20
/** Chance that a save is the last of its session. */
const ENDING = 0.004

/** Codes of a session that is over for this handle: ended, or made on the other side of a split and unknown on this one. */
const OVER: ReadonlySet<string> = new Set(['SESSION_DESTROYED', 'SESSION_UNKNOWN', 'SESSION_CLOSED'])

/** What a worker counts. */
export interface Tally {
  saves: number
  destroyed: number
  readonly failures: Map<string, number>
}

/** One worker. */
export class Worker {
  readonly #store: Store
  readonly #name: string
  readonly #chance: Chance
  readonly #tally: Tally
  readonly #finished: Claim[] = []
  #generation = 0
  #session: Session | undefined
  #claim = { id: '', tried: 0, acknowledged: 0, held: 0, destroyed: 'no' as Claim['destroyed'] }
  #holds = false
  #idle = true
  #resume: (() => void)[] = []
  /** When what is not acknowledged yet began, ms since 1970; undefined while nothing is under way. */
  #since: number | undefined
  #struckAt = 0
  #longest = 0
  #recovered = false

  constructor(store: Store, name: string, chance: Chance, tally: Tally) {
    this.#store = store
    this.#name = name
    this.#chance = chance
    this.#tally = tally
  }

  /** Slot of the present session. */
  get slot(): number {
    return Number.parseInt(this.#session?.key.slice(0, 2) ?? '0', 16)
  }

  /** Whether it waits, as told. */
  get isIdle(): boolean {
    return this.#idle
  }

  /** Since the strike: ms of the longest outage so far, and whether a save was acknowledged that began after it. */
  get outage(): { readonly longest: number; readonly recovered: boolean } {
    const now = this.#since === undefined || this.#recovered ? 0 : Date.now() - Math.max(this.#since, this.#struckAt)
    return { longest: Math.max(this.#longest, now), recovered: this.#recovered }
  }

  /** All that it knows. */
  get claims(): readonly Claim[] {
    return this.#claim.id === '' ? this.#finished : [...this.#finished, this.#claim]
  }

  /** Its slot's primary was struck: outages are measured from here. */
  struck(at: number): void {
    this.#struckAt = at
    this.#longest = 0
    this.#recovered = false
  }

  /** Begins no more saves until `go`. */
  hold(): void {
    this.#holds = true
  }

  /** Goes on. */
  go(): void {
    this.#holds = false
    for (const resume of this.#resume.splice(0)) resume()
  }

  /** Works until the process ends. */
  async work(): Promise<never> {
    for (;;) {
      if (this.#holds) await this.#wait()
      this.#idle = false
      await this.#attempt(() => this.#visit())
      this.#idle = true
      await rest(THINKING * (0.5 + this.#chance.next()))
    }
  }

  async #wait(): Promise<void> {
    await new Promise<void>((resolve) => this.#resume.push(resolve))
  }

  async #visit(): Promise<void> {
    this.#session ??= await this.#enter()
    if (this.#chance.next() < ENDING) return this.#leave(this.#session)
    const number = ++this.#claim.tried
    this.#since ??= Date.now()
    const { copies } = await this.#session.set('number', number).increment('count').save({ copies: 2 })
    this.#claim.acknowledged = number
    if (copies >= 2) this.#claim.held = number
    this.#tally.saves++
    this.#acknowledged()
  }

  async #enter(): Promise<Session> {
    const id = `${this.#name} ${this.#generation}`
    const session = await this.#store.open(id)
    if (this.#claim.id !== id) this.#claim = { id, tried: 0, acknowledged: 0, held: 0, destroyed: 'no' }
    return session
  }

  async #leave(session: Session): Promise<void> {
    this.#claim.destroyed = 'maybe'
    this.#finished.push(this.#claim)
    const claim = this.#claim
    this.#claim = { id: '', tried: 0, acknowledged: 0, held: 0, destroyed: 'no' }
    this.#session = undefined
    this.#generation++
    // What is under way for this session is no outage of the next.
    this.#since = undefined
    await this.#store.destroy(claim.id, { copies: 2 })
    session.close()
    claim.destroyed = 'yes'
    this.#tally.destroyed++
  }

  #acknowledged(): void {
    const now = Date.now()
    const began = this.#since ?? now
    this.#since = undefined
    if (now <= this.#struckAt) return
    this.#longest = Math.max(this.#longest, now - Math.max(began, this.#struckAt))
    if (began >= this.#struckAt || now - this.#struckAt > 200) this.#recovered = true
  }

  /** A failure is counted; the next visit goes on where this one ended. */
  async #attempt(visit: () => Promise<void>): Promise<void> {
    try {
      await visit()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      this.#tally.failures.set(code, (this.#tally.failures.get(code) ?? 0) + 1)
      // A handle that cannot be used any more is replaced; what it knew stays claimed.
      if (OVER.has(code)) this.#session = undefined
    }
  }
}
