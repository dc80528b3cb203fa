/** A client: production's store over a simulated network. It notes what it asks for and what it is told. */
import { connectIn, sessionKey, slotOf } from '@understudy/client'
import type { Session, Store } from '@understudy/client'
import type { Visit } from '../plan/deed.js'
import type { Network } from '../world/network.js'
import type { Process } from '../world/process.js'
import { clientEnvironment } from './client-environment.js'
import type { Entry, Ledger, SessionAccount } from './ledger.js'
import type { Machine } from './machine.js'
import { asError, isStuckAtDamage, REFUSALS, UNEXPECTED } from './refusal.js'

/** What a client needs. */
export interface VisitorOptions {
  readonly process: Process
  readonly network: Network
  readonly nodes: readonly string[]
  /** The machine whose node this client has in its own process; undefined: it has none, and comes over the network. */
  readonly home?: Machine | undefined
  readonly ledger: Ledger
  readonly terms: { readonly idleTimeout?: number; readonly absoluteTimeout?: number }
  /** Whether there have been black holes between machines: a side that is cut off may answer with what it knew. */
  readonly wasSplit: () => boolean
  /** Whether a machine that everyone hears knows that the session is over. */
  readonly isEndAtHand: (session: SessionAccount) => boolean
  /** Whether some machine that runs holds the session, and can read what it holds. */
  readonly isHeld: (session: SessionAccount) => boolean
  /** Whether all machines run: what is on one that does not counts once it is back, if there is still what it is of. */
  readonly areAllThere: () => boolean
  /** ms that nothing has been wrong in the world. */
  readonly calm: () => number
  /** Names of the sessions that all clients know, by place. */
  readonly places: string[]
}

/** ms until the client gives an operation up. */
const OPERATION = 10_000
/** ms in a world without faults within which everything must be answered. */
const PATIENCE = 5_000

/** How often a rotation is asked for. */
const ROTATIONS = 3

/** A session that is in use. */
export interface InUse {
  readonly handle: Session
  /** Another one after a rotation. */
  account: SessionAccount
}

/** A session as this client holds it. */
interface Hold extends InUse {
  /** Operations that wait for the next save. */
  waiting: Entry[]
  /** Names that this client gave values that nobody has acknowledged yet. */
  readonly own: Map<string, Entry>
  /** Values seen that nobody ever takes away. */
  readonly seen: Map<string, unknown>
  /** What entries of its former sessions have become in those that these went on as. */
  readonly taken: Map<Entry, Entry>
  isRotating: boolean
}

/** One client. */
export class Visitor {
  readonly #options: VisitorOptions
  readonly #holds = new Map<string, Hold>()
  #store: Store | undefined
  /** Calls that have not come back; those of a process that was killed never will. */
  #open = 0

  constructor(options: VisitorOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.process.name
  }

  /** Calls that have not come back. */
  get underWay(): number {
    this.#live()
    return this.#open
  }

  /** Connects; keeps trying for as long as it takes. */
  start(): void {
    const { process, network, nodes, home } = this.#options
    if (home !== undefined) return
    const environment = clientEnvironment(process, network)
    connectIn(environment, { nodes: nodes.map((name) => `ws://${name}`), name: process.name, timeouts: { operation: OPERATION } }).then(
      (store) => void (this.#store = store),
      () => process.after(100, () => this.start()),
    )
  }

  /** Does what the plan says. */
  visit(visit: Visit): void {
    this.#live()
    const { home } = this.#options
    if (home !== undefined && home.running === undefined) return
    const id = this.#options.places[visit.place] ?? ''
    this.#call(this.#visit(visit, id), id)
  }

  /** At the end, when all is well: what is held can be written, and what is not can be opened. */
  async proveService(): Promise<void> {
    this.#live()
    for (const [place, id] of this.#options.places.entries()) {
      try {
        await this.#prove(id).catch((thrown: unknown) => this.#proveAnew(id, place, thrown))
      } catch (thrown) {
        // Nothing is wrong with a session that has ended.
        if (asError(thrown).code !== 'SESSION_DESTROYED') throw thrown
      }
    }
  }

  async #prove(id: string): Promise<void> {
    const hold = await this.#hold(id)
    this.#write(hold, 'write', `u${this.#options.ledger.next()}`)
    await this.#save(hold, {})
  }

  /**
   * A session may be lost with all its copies, if nothing was promised of it; then there can be another, at once. Of one that
   * was damaged where it was alone the id is not free before somebody says that it is to be given up.
   */
  async #proveAnew(id: string, place: number, thrown: unknown): Promise<void> {
    const { ledger, places, isHeld } = this.#options
    const code = isStuckAtDamage(thrown) ? 'SESSION_DAMAGED' : asError(thrown).code
    const account = this.#account(id)
    const isDamaged = code === 'SESSION_DAMAGED' && !isHeld(account)
    // A rotation that was given up meanwhile gave the place to another, and closed this one.
    if (code === 'SESSION_CLOSED' && places[place] !== id) return this.#prove(places[place] ?? id)
    if (code !== 'SESSION_UNKNOWN' && !isDamaged) throw thrown
    // Whoever gave a damaged one up before us, now that all is well, ended it.
    const isGivenUp = (entry: Entry): boolean => isDamaged && entry.kind === 'destroy' && ledger.now() - entry.invokedAt < this.#options.calm()
    const kept = account.entries.find((entry) => ledger.mustHold(entry) && !isGivenUp(entry))
    if (kept !== undefined) ledger.violated('KEEP', `${this.name} was told ${code} of ${id}, of which ${kept.kind} ${kept.name} = ${kept.value} was acknowledged`)
    if (!isDamaged) return this.#prove(id)
    await this.#destroy(id, place, {})
    return this.#prove(places[place] ?? id)
  }

  /** Notes an access of all that it holds. @returns the sessions, as it holds them */
  useAll(): readonly InUse[] {
    this.#live()
    const used = Array.from(this.#holds.values()).filter(({ handle }) => handle.ended === undefined)
    for (const { handle } of used) handle.touch()
    return used
  }

  /** The sessions that it has open, all of whose changes are saved. */
  get following(): readonly InUse[] {
    this.#live()
    return Array.from(this.#holds.values()).filter(({ handle }) => !handle.hasUnsaved)
  }

  async #visit(visit: Visit, id: string): Promise<void> {
    const wish = { ...(visit.copies > 0 && { copies: visit.copies }), ...(visit.required && { required: true }) }
    if (visit.act === 'find') return (await this.#connected().find(id))?.close()
    if (visit.act === 'recall') return this.#recall(visit.place)
    if (visit.act === 'destroy') return this.#destroy(id, visit.place, wish)
    if (visit.act === 'leave') return this.#leave(id)
    const hold = await this.#hold(id)
    if (visit.act === 'rotate') return this.#rotate(hold, visit.place, wish)
    if (visit.act === 'read') return this.#read(hold)
    if (visit.act === 'touch') return hold.handle.touch()
    for (let i = 0; i < visit.operations; i++) this.#operate(hold, visit.act)
    return this.#save(hold, wish)
  }

  #operate(hold: Hold, act: 'write' | 'overwrite' | 'remove' | 'increment' | 'freeze'): void {
    const { ledger } = this.#options
    const number = ledger.next()
    if (act === 'write') return this.#write(hold, 'write', `u${number}`)
    if (act === 'overwrite') return this.#write(hold, 'write', number % 2 === 0 ? 'a' : 'b')
    if (act === 'remove') return this.#write(hold, 'remove', number % 2 === 0 ? 'a' : 'b')
    if (act === 'increment') return this.#write(hold, 'increment', 'n')
    this.#write(hold, 'write', `f${number}`)
    hold.handle.freeze(`f${number}`)
    return undefined
  }

  #write(hold: Hold, kind: 'write' | 'remove' | 'increment', name: string): void {
    const { ledger } = this.#options
    const value = kind === 'increment' ? 1 : ledger.next()
    if (kind === 'write') hold.handle.set(name, value)
    else if (kind === 'remove') hold.handle.remove(name)
    else hold.handle.increment(name)
    const entry = ledger.asked(hold.account, kind, name, value)
    hold.waiting.push(entry)
    hold.own.set(name, entry)
  }

  async #save(hold: Hold, wish: { copies?: number; required?: boolean }): Promise<void> {
    const { ledger } = this.#options
    const batch = hold.waiting
    hold.waiting = []
    try {
      const { copies } = await hold.handle.save(wish)
      for (const entry of batch) ledger.acknowledged(hold.account, this.#now(hold, entry), copies)
      if (wish.required && copies < (wish.copies ?? 1)) ledger.violated('REQUIRED', `${copies} copies were said to be ${wish.copies}`)
    } catch (thrown) {
      this.#refused(hold, batch, thrown)
    }
  }

  /** Refused operations are dropped; others wait for the next save, or are under way. */
  #refused(hold: Hold, batch: readonly Entry[], thrown: unknown): void {
    const { code, retryable, copies } = asError(thrown)
    if (code === 'TOO_FEW_COPIES') for (const entry of batch) this.#options.ledger.acknowledged(hold.account, this.#now(hold, entry), copies ?? 1)
    else if (retryable && code !== 'TIMEOUT' && hold.handle.hasUnsaved) hold.waiting = [...batch, ...hold.waiting]
    else if (code !== undefined && REFUSALS.has(code)) for (const entry of batch) this.#now(hold, entry).fate = 'refused'
    throw thrown
  }

  /** What is over is found by nobody who asks its primary, and its id can't be opened again. */
  async #recall(place: number): Promise<void> {
    const id = this.#options.ledger.ended.get(place)
    if (id === undefined) return
    const store = this.#connected()
    const wasOver = this.#overAlready(id)
    const found = await store.find(id, { atLeast: 'now' })
    if (found !== undefined && found.ended === undefined && wasOver()) this.#lives(id, 'found')
    found?.close()
    const isOver = this.#overAlready(id)
    if (!isOver()) return
    const opened = await store.open(id, { ...this.#options.terms, atLeast: 'now' })
    if (opened.ended === undefined && isOver()) this.#lives(id, 'opened')
    opened.close()
  }

  /**
   * Whether the session's end was acknowledged before now, and whoever is asked later must still know of it, or can hear
   * of it. One that is alone serves, too, and what is only on those that are away will count when they are back.
   */
  #overAlready(id: string): () => boolean {
    const { ledger, wasSplit, isEndAtHand } = this.#options
    const account = ledger.sessions.get(id)
    const end = account?.of('destroy').find((entry) => entry.copies > 1 && ledger.mustHold(entry))
    if (account === undefined || end === undefined || !isEndAtHand(account)) return () => false
    return () => ledger.mustHold(end) && !wasSplit() && isEndAtHand(account)
  }

  #lives(id: string, how: string): void {
    this.#options.ledger.violated('DEAD_STAYS_DEAD', `${this.name} ${how} ${id}, whose end had been acknowledged`)
  }

  async #destroy(id: string, place: number, wish: { copies?: number; required?: boolean }): Promise<void> {
    const { ledger, places } = this.#options
    const store = this.#connected()
    const account = this.#account(id)
    const entry = ledger.asked(account, 'destroy')
    // The place gets another session: an id can be used only once.
    places[place] = `s${place}.${ledger.next()}`
    ledger.ended.set(place, id)
    try {
      const { copies } = await store.destroy(id, wish)
      ledger.acknowledged(account, entry, copies)
    } catch (thrown) {
      const { code, copies } = asError(thrown)
      if (code === 'TOO_FEW_COPIES') ledger.acknowledged(account, entry, copies ?? 1)
      throw thrown
    }
  }

  /** Others use the new id from when it is known to be one. Where that stays unknown, all get another session. */
  async #rotate(hold: Hold, place: number, wish: { copies?: number; required?: boolean }): Promise<void> {
    if (hold.isRotating) return
    const { ledger, places, terms, wasSplit, areAllThere } = this.#options
    const { leapt } = ledger
    const { account, handle } = hold
    const id = `s${place}.${ledger.next()}`
    const successor = this.#account(id)
    successor.descend(account)
    const held = new Set(areAllThere() ? account.entries.filter((entry) => ledger.mustHold(entry)) : [])
    const entry = ledger.asked(account, 'destroy')
    successor.rotation = entry
    ledger.ended.set(place, account.id)
    hold.isRotating = true
    try {
      const { copies } = await this.#rotated(handle, id, wish)
      ledger.acknowledged(account, entry, copies)
      // In a split another side may have acknowledged what this one never had.
      for (const [before, now] of ledger.succeeded(account, successor, entry, wasSplit() || !areAllThere() ? new Set() : held)) hold.taken.set(before, now)
      hold.account = successor
      hold.isRotating = false
      hold.seen.clear()
      places[place] = id
      // It may have been let go of meanwhile.
      if (this.#holds.get(account.id) === hold) this.#holds.set(id, hold)
      this.#holds.delete(account.id)
    } catch (thrown) {
      places[place] = `s${place}.${ledger.next()}`
      this.#leave(account.id)
      // A successor that nobody was told of expires, or ends because its predecessor has (SPEC ROT-11): its id is used up.
      const isOver = wasSplit() || ledger.leapt - leapt >= (terms.idleTimeout ?? Infinity)
      if (asError(thrown).code !== 'SESSION_ID_TAKEN' || !isOver) throw thrown
    }
  }

  /** What an entry is of the session that its own went on as. */
  #now(hold: Hold, entry: Entry): Entry {
    const now = hold.taken.get(entry)
    return now === undefined ? entry : this.#now(hold, now)
  }

  /** After an error whether it was done may be unknown: it is asked for again, to the same id. */
  async #rotated(handle: Session, id: string, wish: { copies?: number; required?: boolean }): Promise<{ readonly copies: number }> {
    for (let tries = 1; ; tries++) {
      try {
        return await handle.rotate(id, wish)
      } catch (thrown) {
        if (asError(thrown).retryable !== true || tries === ROTATIONS) throw thrown
      }
    }
  }

  #read(hold: Hold): void {
    const all = hold.handle.toJSON()
    for (const [name, value] of hold.seen) {
      if (all[name] === value) continue
      this.#options.ledger.violated('NEVER_BACK', `${this.name} had read ${name} = ${String(value)} of ${hold.account.id}, and now reads ${String(all[name])}`)
    }
    for (const [name, value] of Object.entries(all)) {
      const own = hold.own.get(name)
      if (/^[uf]/.test(name) && (own === undefined || this.#now(hold, own).fate === 'acknowledged')) hold.seen.set(name, value)
    }
  }

  #leave(id: string): void {
    this.#holds.get(id)?.handle.close()
    this.#holds.delete(id)
  }

  async #hold(id: string): Promise<Hold> {
    const held = this.#holds.get(id)
    if (held !== undefined && held.handle.ended === undefined) return held
    const account = this.#account(id)
    const handle = await this.#connected().open(id, this.#options.terms)
    const known = this.#holds.get(id)
    if (known !== undefined && known.handle.ended === undefined) {
      handle.close()
      return known
    }
    const hold = { handle, account, waiting: [], own: new Map<string, Entry>(), seen: new Map<string, unknown>(), taken: new Map<Entry, Entry>(), isRotating: false }
    this.#holds.set(id, hold)
    return hold
  }

  #account(id: string): SessionAccount {
    const { ledger } = this.#options
    const known = ledger.sessions.get(id)
    if (known !== undefined) return known
    const key = sessionKey(id)
    return ledger.open({ id, key, slot: slotOf(key) })
  }

  /** A client whose process is its machine's begins anew with it: what it had open is gone, and so are its calls. */
  #live(): void {
    const { home } = this.#options
    if (home === undefined || home.node?.store === this.#store) return
    this.#store = home.node?.store
    this.#holds.clear()
    this.#open = 0
  }

  #connected(): Store {
    this.#live()
    if (this.#store === undefined) throw Object.assign(new Error('not connected yet'), { code: 'NOT_CONNECTED', retryable: true })
    return this.#store
  }

  /** Every call ends in one of the ways that the client promises, and in a world without faults soon. */
  #call(call: Promise<void>, id: string): void {
    const store = this.#store
    const over = (): void => void (this.#store === store && this.#open--)
    this.#open++
    call.then(
      over,
      (thrown: unknown) => {
        over()
        const { code, message } = asError(thrown)
        const { ledger, calm, isHeld } = this.#options
        if (code === 'TIMEOUT' && calm() > PATIENCE && !(isStuckAtDamage(thrown) && !isHeld(this.#account(id)))) ledger.violated('ANSWERED', `${this.name} got no answer for ${OPERATION} ms, although nothing was wrong for ${calm()} ms: ${message}`)
        else if (code === undefined || UNEXPECTED.has(code)) ledger.violated('ERRORS', `${this.name} got ${code ?? 'no code'}: ${message} ${thrown instanceof Error ? thrown.stack : ''}`)
      },
    )
  }
}
