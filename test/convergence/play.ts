/** Plays a history on a cluster and on the model at once, and says where they part. */
import { encodeValue } from '@understudy/document'
import type { Operation, OperationId, SessionKey } from '@understudy/session'
import { StoreError } from '@understudy/store'
import { SessionError } from '@understudy/session'
import { slotOf } from '@understudy/cluster'
import { ClusterInMemory } from './cluster-in-memory.js'
import { Model, stateOf } from './model.js'
import { SESSIONS } from './steps.js'
import type { DrawnOperation, History, Step } from './steps.js'

const APP = 77

/** The session keys of a history: three in one slot, the others in another. */
export const KEYS: readonly SessionKey[] = Array.from({ length: SESSIONS }, (_, i) => keyOf(i))

/** A history under way. */
export class Play {
  readonly cluster: ClusterInMemory
  readonly model = new Model((key) => this.cluster.primary.store.slotOf(key).begunAt)
  /**
   * Whether some back-up came back, or may, with changes that the primary does not know of: two writers then had
   * their say, and which one a plain Map cannot tell.
   */
  forked = false
  /** Whether a primary ever lost its memory. */
  lossy = false
  /** Slots whose primary lost its memory and has not been seen serving since. */
  readonly #recovering = new Set<number>()
  #counter = 0

  constructor({ scene: { backups, ...setting } }: History) {
    this.cluster = new ClusterInMemory(setting, backups)
    this.cluster.counts = (key) => !this.#recovering.has(slotOf(key))
  }

  /** Plays one step. */
  async step(step: Step): Promise<void> {
    this.#perform(step)
    if (step.do === 'turn') await this.cluster.turn()
    if (step.do === 'rest') await this.cluster.rest()
    this.#review()
  }

  /** Links everyone and lets them come to rest. */
  async settle(): Promise<void> {
    const { cluster } = this
    for (let i = 0; i < cluster.backups.length; i++) cluster.connect(i)
    await cluster.rest()
    this.#review()
    await cluster.settle()
  }

  #perform(step: Step): void {
    const { cluster } = this
    switch (step.do) {
      case 'create':
      case 'save':
      case 'touch':
      case 'destroy':
        return this.#use(step, KEYS[step.session])
      case 'flush touches':
        return cluster.primary.store.flushTouches()
      case 'pass':
        cluster.clock.now += step.seconds * 1_000
        return this.#sweep()
      case 'deliver':
        return cluster.deliver(step.backup, step.to, step.count)
      case 'connect':
        return cluster.connect(step.backup, step.primaryDials)
      case 'cut':
        return cluster.cut(step.backup)
      case 'mark':
        return cluster.primary.peers.get(`b${step.backup % cluster.backups.length}`)?.settle()
      case 'forget back-up':
        return cluster.forgetBackup(step.backup)
      case 'forget primary':
        return this.#forgetPrimary(step.awaits)
      case 'elapse':
        return cluster.primary.environment.elapse()
      case 'turn':
      case 'rest':
        return undefined
    }
  }

  /** An app asks for something; a primary that does not serve the slot yet is not asked. */
  #use(step: Step & { session: number }, key: SessionKey | undefined): void {
    const { primary, clock } = this.cluster
    this.#review()
    if (key === undefined || !primary.reigns.serves(slotOf(key))) return
    const { store } = primary
    const expected = this.#expect(step, key, clock.now)
    const done = accepted(() => {
      switch (step.do) {
        case 'create':
          return store.create(key, { createdAt: clock.now, stamp: 1, ...(step.idleTimeout && { idleTimeout: step.idleTimeout }) }, clock.now)
        case 'save':
          return this.#save(step, key)
        case 'touch':
          return store.touch(key, clock.now)
        case 'destroy':
          return store.destroy(key, { at: clock.now, reason: 'destroyed' })
        default:
          return undefined
      }
    })
    if (!this.forked && done !== expected) throw new Error(`${JSON.stringify(step)} was ${done ? 'accepted' : 'refused'}, and should not have been`)
    this.model.note(key, store.find(key)?.sequence ?? 0)
  }

  #expect(step: Step, key: SessionKey, now: number): boolean {
    switch (step.do) {
      case 'create':
        return this.model.create(key, step.idleTimeout, now)
      case 'save':
        return this.model.save(key, step.operations.map(operationOf), now)
      case 'touch':
        this.model.touch(key, now)
        return true
      default:
        this.model.destroy(key)
        return true
    }
  }

  #save({ operations, restart, again }: Step & { do: 'save' }, key: SessionKey): void {
    const { primary, clock } = this.cluster
    const { store } = primary
    const operation: OperationId = { client: APP, counter: clock.now + ++this.#counter }
    if (restart) this.#restartAfterSave(key)
    store.apply(key, operations.map(operationOf), clock.now, operation)
    if (again && !store.apply(key, operations.map(operationOf), clock.now, operation).duplicate) throw new Error('a save had a second effect')
  }

  /** Makes the next save of a session end in a new generation, as it does by itself when the document has grown. */
  #restartAfterSave(key: SessionKey): void {
    const { store } = this.cluster.primary
    const session = store.find(key)?.session
    const { reign } = store.slotOf(key)
    if (session === undefined || reign === undefined) return
    const apply = session.apply.bind(session)
    session.apply = (operations, context) => {
      Reflect.deleteProperty(session, 'apply')
      const applied = apply(operations, context)
      session.restart(reign)
      return applied
    }
  }

  #sweep(): void {
    const { primary, clock } = this.cluster
    primary.store.sweep(clock.now)
    this.model.sweep(clock.now)
    for (const key of KEYS) {
      const stored = primary.store.find(key)
      if (stored !== undefined) this.model.note(key, stored.sequence)
    }
  }

  #forgetPrimary(awaits: readonly number[]): void {
    const { cluster } = this
    const awaited = [...new Set(awaits.map((index) => index % cluster.backups.length))]
    cluster.forgetPrimary(awaited)
    this.lossy = true
    for (const key of KEYS) this.#recovering.add(slotOf(key))
  }

  /** A primary that lost its memory serves again: has it brought back all that it must? */
  #review(): void {
    const { primary, acknowledged } = this.cluster
    for (const slot of this.#recovering) {
      if (!primary.reigns.serves(slot)) continue
      this.#recovering.delete(slot)
      const keys = KEYS.filter((key) => slotOf(key) === slot)
      if (this.#isWithout(slot)) this.forked = true
      for (const key of this.forked ? [] : keys) {
        const sequence = Math.max(-1, ...Array.from(acknowledged.values(), (held) => held.get(key) ?? -1))
        const allowed = this.model.since(key, sequence)
        const found = stateOf(primary.store.find(key))
        // What a back-up hands over past its deadline is dead at once.
        if (found === 'dead' && this.model.mayHaveExpired(key, this.cluster.clock.now)) continue
        if (!allowed.includes(found)) throw new Error(`${key} came back as ${found}; it must be one of ${allowed.join(' | ')}`)
      }
      this.model.resume(keys, primary.store)
      this.#reckonAnew(keys)
    }
  }

  /** A new numbering began: a back-up that holds just what the primary got back holds sequence 0 of it, others nothing. */
  #reckonAnew(keys: readonly SessionKey[]): void {
    const { primary, backups, acknowledged } = this.cluster
    for (const [index, { node }] of backups.entries()) {
      const held = acknowledged.get(`b${index}`) ?? new Map<SessionKey, number>()
      acknowledged.set(`b${index}`, held)
      for (const key of keys) {
        if (stateOf(node.store.find(key)) === stateOf(primary.store.find(key))) held.set(key, 0)
        else held.delete(key)
      }
    }
  }

  /** Whether the primary serves although some back-up may come later with something to tell. */
  #isWithout(slot: number): boolean {
    const { primary, backups } = this.cluster
    return backups.some(({ node }, index) => node.store.slot(slot).size > 0 && primary.peers.get(`b${index}`)?.link === undefined)
  }
}

function keyOf(index: number): SessionKey {
  return `${index < 3 ? '00' : '01'}${String(index).repeat(30)}` as SessionKey
}

function operationOf(drawn: DrawnOperation): Operation {
  return drawn.op === 'set' ? { op: 'set', name: drawn.name, value: encodeValue(drawn.value) } : drawn
}

function accepted(action: () => unknown): boolean {
  try {
    action()
    return true
  } catch (error) {
    if (error instanceof StoreError || error instanceof SessionError) return false
    throw error
  }
}
