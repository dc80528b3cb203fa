import { encodeValue, LiveDocuments } from '@understudy/document'
import type { Reign, Value } from '@understudy/document'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttributeOperation } from './operation.js'
import { ancestorsOf, isBelow, SEPARATOR } from './path.js'
import { applied, isPlain, type Plain } from './plain-model.test-support.js'
import { Session } from './session.js'
import { SessionError } from './session-error.js'
import type { SessionDelta } from './session-delta.js'

const live = new LiveDocuments()
const admitAll = (): boolean => true

function emptySession(): Session {
  return Session.create({ terms: { createdAt: 0, stamp: 0 }, lastAccess: 0, live })
}

/** The session's attributes as the model has them. */
function plainOf(session: Session): Plain {
  return structuredClone({ ...session.toJSON() })
}

// ——— what is drawn

const key = fc.constantFrom('a', 'b', 'c')
const name = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(key) },
  { weight: 5, arbitrary: fc.tuple(key, key) },
  { weight: 3, arbitrary: fc.tuple(key, key, key) },
).map((steps) => steps.join(SEPARATOR))
const leaf: fc.Arbitrary<Value> = fc.oneof(fc.nat(5), fc.constantFrom<Value>('text', null, true, [], ['x', 1], 'x'.repeat(80)))
const tree: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: leaf },
  { weight: 3, arbitrary: fc.dictionary(key, leaf, { maxKeys: 3 }) },
  { weight: 2, arbitrary: fc.dictionary(key, fc.dictionary(key, leaf, { maxKeys: 2 }), { maxKeys: 2 }) },
  // Keys of which no paths can be made.
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('a', '', `x${SEPARATOR}y`), leaf, { minKeys: 1, maxKeys: 2 }) },
).map(plainCopy)
const member = fc.constantFrom('x', 'y', 1, true)

const operation: fc.Arbitrary<AttributeOperation> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constant('set' as const), name, value: tree.map(encodeValue) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constantFrom('remove' as const, 'make' as const), name }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('increment' as const), name, by: fc.integer({ min: -3, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('add' as const, 'discard' as const), name, member }) },
)

function plainCopy(value: Value): Value {
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([each, inner]) => [each, plainCopy(inner)]))
}

// ——— one writer

describe('parts of attributes', () => {
  it('written by one are what plain objects would be, through restarts and reigns [PTH-1]', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(operation, { minLength: 1, maxLength: 3 }), fc.nat(9)), { maxLength: 20 }), (saves) => {
        const session = emptySession()
        const replica = emptySession()
        let model: Plain = {}
        for (const [i, [operations, event]] of saves.entries()) {
          const reign = { epoch: 1 + Math.floor(i / 4), nonce: 7 }
          const expected = operations.reduce<Plain | undefined>((at, one) => at && applied(at, one), model)
          const done = accepts(() => session.apply(operations, { reign, now: i }))
          expect(done).toBe(expected !== undefined)
          model = expected ?? model
          expect(plainOf(session)).toEqual(model)
          if (event === 0) session.restart(reign)
          if (event < 4) bringUp(replica, session)
        }
        bringUp(replica, session)
        expect(plainOf(replica)).toEqual(model)
        expect(plainOf(Session.load(session.state(), { live }))).toEqual(model)
        for (const each of session.names()) expect(session.get(each)).toEqual(model[each])
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 3_000), seed: 5 },
    )
  })
})

function bringUp(replica: Session, session: Session): void {
  const { generation, attributes } = replica.benchmark()
  const whole = session.state()
  const { base: _, ...rest } = whole
  replica.merge(generation === session.generation ? { ...rest, attributes: session.attributes.deltaSince(attributes) } : whole, admitAll)
}

function accepts(act: () => unknown): boolean {
  try {
    act()
    return true
  } catch (error) {
    if (error instanceof SessionError) return false
    throw error
  }
}

// ——— several writers

/** A write as the model sees it: of one part, by one who had seen these writes. */
interface ModelWrite {
  readonly name: string
  /** Absent: taken away. */
  readonly value?: string
  readonly epoch: number
  readonly seen: ReadonlySet<number>
}

/** What stands for an object: its members are written on their own. */
const OBJECT = '{}'

/** Each part by its name; objects as such. */
function flat(value: Value, at: string, into: Map<string, string>): Map<string, string> {
  if (isPlain(value) && Object.keys(value).every((each) => each !== '' && !each.includes(SEPARATOR))) {
    if (at !== '') into.set(at, OBJECT)
    for (const [each, inner] of Object.entries(value)) flat(inner, at === '' ? each : at + SEPARATOR + each, into)
  } else into.set(at, JSON.stringify(value))
  return into
}

/** Two who write at once, and two who follow, beside a model that knows only which write had seen which. */
class Troupe {
  readonly sessions = [emptySession(), emptySession(), emptySession(), emptySession()]
  readonly seen = this.sessions.map(() => new Set<number>())
  readonly writes: ModelWrite[] = []
  readonly epochs = [1, 2]
  readonly messages: { readonly to: number; readonly delta: SessionDelta; readonly seen: ReadonlySet<number> }[] = []
  readonly counted = new Map<string, { readonly by: number }>()
  readonly #members: Map<string, boolean>[] = this.sessions.map(() => new Map())
  /** Counters of the saves that each client sent more than once. */
  readonly #sentTwice: number[][] = [[], []]
  #saves = 0

  reign(at: number): Reign {
    return { epoch: this.epochs[at] ?? 0, nonce: 100 + at }
  }

  at(index: number): { session: Session; seen: Set<number> } {
    const [session, seen] = [this.sessions[index], this.seen[index]]
    if (session === undefined || seen === undefined) throw new Error(`no replica ${index}`)
    return { session, seen }
  }

  save(at: number, operations: readonly AttributeOperation[]): void {
    const { session, seen } = this.at(at)
    const before = flat(plainOf(session), '', new Map())
    if (!accepts(() => session.apply(operations, { reign: this.reign(at), now: 0 }))) return
    const after = flat(plainOf(session), '', new Map())
    const had = new Set(seen)
    const epoch = this.epochs[at] ?? 0
    for (const each of new Set([...before.keys(), ...after.keys()])) {
      const value = after.get(each)
      if (value !== before.get(each)) this.#write({ name: each, ...(value !== undefined && { value }), epoch, seen: had }, seen)
      // Where an object is made nothing is left from before, seen or hidden.
      if (value === OBJECT && before.get(each) !== OBJECT) this.#clear(each, after, { epoch, seen: had }, seen)
    }
  }

  #clear(name: string, after: ReadonlyMap<string, string>, by: Pick<ModelWrite, 'epoch' | 'seen'>, seen: Set<number>): void {
    const below = [...by.seen].map((id) => this.writes[id]?.name ?? '').filter((each) => isBelow(each, name) && !after.has(each))
    for (const each of new Set(below)) this.#write({ name: each, ...by }, seen)
  }

  #write(write: ModelWrite, seen: Set<number>): void {
    seen.add(this.writes.push(write) - 1)
  }

  /** Counts, perhaps in a save that the other writer applies as well: its client sent it again. */
  count(at: number, by: number, again: boolean): void {
    const counter = 1_000 + ++this.#saves
    const sentTwice = this.#sentTwice[at] ?? []
    if (again) sentTwice.push(counter)
    const id = { client: 2 ** 40 + at, counter, resent: sentTwice.map((earlier) => counter - earlier) }
    const operations: AttributeOperation[] = [{ op: 'increment', name: `n${SEPARATOR}count`, by }]
    this.counted.set(String(id.counter), { by })
    for (const each of again ? [at, 1 - at] : [at]) {
      // When it is sent first nobody knows that it will be sent again.
      const resent = each === at ? id.resent.filter((distance) => distance > 0) : id.resent
      this.at(each).session.apply(operations, { reign: this.reign(each), now: 0, operation: { ...id, resent } })
    }
  }

  /** Members are only added here: each must be there in the end. */
  add(at: number, one: string): void {
    this.at(at).session.apply([{ op: 'add', name: 'set', member: one }], { reign: this.reign(at), now: 0 })
    this.#members[0]?.set(one, true)
  }

  get added(): string[] {
    return [...(this.#members[0]?.keys() ?? [])].sort()
  }

  send(from: number, to: number, whole: boolean): void {
    const { session, seen } = this.at(from)
    const held = this.at(to).session.benchmark()
    const state = session.state()
    const { base: _, ...rest } = state
    const partial = !whole && held.generation === session.generation
    const delta = partial ? { ...rest, attributes: session.attributes.deltaSince(held.attributes) } : state
    this.messages.push({ to, delta, seen: new Set(seen) })
  }

  deliver(choice: number, again: boolean): void {
    const place = choice % Math.max(1, this.messages.length)
    const message = this.messages[place]
    if (message === undefined) return
    if (!again) this.messages.splice(place, 1)
    this.merge(message.to, message.delta, message.seen)
  }

  merge(to: number, delta: SessionDelta, sent: ReadonlySet<number>): void {
    const { session, seen } = this.at(to)
    try {
      if (session.merge(delta, admitAll, to < 2 ? { reign: this.reign(to) } : {}).kept) return
      for (const id of sent) seen.add(id)
      this.#reignAbove(to)
    } catch (error) {
      expect(error).toMatchObject({ code: 'DELTA_GAP' })
    }
  }

  /** Who meets what a higher epoch wrote reigns no more: if it writes again, then in a new reign. */
  #reignAbove(at: number): void {
    const others = this.epochs[1 - at] ?? 0
    if (at < 2 && others > (this.epochs[at] ?? 0)) this.epochs[at] = Math.max(...this.epochs) + 1
  }

  settle(): void {
    while (this.messages.length > 0) this.deliver(0, false)
    for (const from of [1, 2, 3]) this.merge(0, this.at(from).session.state(), this.at(from).seen)
    for (const to of [1, 2, 3]) expect(this.at(to).session.merge(this.at(0).session.state(), admitAll).kept).toBe(false)
  }

  /** The writes of a part that nobody wrote over who had seen them. */
  standing(of: string): ModelWrite[] {
    return this.writes.filter((write, id) => write.name === of && !this.writes.some((other) => other.name === of && other.seen.has(id)))
  }

  /** Was something that the part is in taken away or replaced by one who knew nothing of this write, nor it of him? */
  isContested(write: ModelWrite): boolean {
    const id = this.writes.indexOf(write)
    const above = new Set(ancestorsOf(write.name))
    return this.writes.some((other, place) => above.has(other.name) && other.value !== OBJECT && !write.seen.has(place) && !other.seen.has(id))
  }

  check(): void {
    const { session } = this.at(0)
    const { n, set, ...others } = plainOf(session)
    const found = flat(others, '', new Map())
    for (const each of new Set(this.writes.map((write) => write.name))) {
      const standing = this.standing(each)
      const value = found.get(each)
      if (value !== undefined) expect(standing.map((write) => write.value), each).toContain(value)
      else if (standing.every((write) => write.value !== undefined && !this.isContested(write)) && this.#standsIn(each)) {
        expect.fail(`${each} is lost`)
      }
    }
    for (const [each] of found) expect(this.standing(each).length, `${each} was never written`).toBeGreaterThan(0)
    const total = [...this.counted.values()].reduce((sum, { by }) => sum + by, 0)
    expect(isPlain(n) ? n['count'] : 0).toBe(this.counted.size === 0 ? 0 : total)
    expect(Array.isArray(set) ? set.toSorted() : []).toEqual(this.added)
  }

  /** Are all objects that it is in there for certain? */
  #standsIn(name: string): boolean {
    return ancestorsOf(name).every((ancestor) => this.standing(ancestor).every((write) => write.value === OBJECT))
  }
}

type Step =
  | { readonly kind: 'save'; readonly at: number; readonly operations: readonly AttributeOperation[] }
  | { readonly kind: 'count'; readonly at: number; readonly by: number; readonly again: boolean }
  | { readonly kind: 'add'; readonly at: number; readonly member: string }
  | { readonly kind: 'restart' | 'reign'; readonly at: number }
  | { readonly kind: 'send'; readonly from: number; readonly to: number; readonly whole: boolean }
  | { readonly kind: 'deliver'; readonly choice: number; readonly again: boolean }
  | { readonly kind: 'lose'; readonly choice: number }

const writer = fc.nat(1)
const anyReplica = fc.nat(3)
/** Only such as are of parts: what is counted and collected has names of its own here. */
const change: fc.Arbitrary<AttributeOperation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('set' as const), name, value: tree.map(encodeValue) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('remove' as const, 'make' as const), name }) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('save' as const), at: writer, operations: fc.array(change, { minLength: 1, maxLength: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('count' as const), at: writer, by: fc.integer({ min: -2, max: 5 }), again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('add' as const), at: writer, member: fc.constantFrom('p', 'q', 'r') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const), at: writer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reign' as const), at: writer }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), from: anyReplica, to: anyReplica, whole: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('deliver' as const), choice: fc.nat(20), again: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), choice: fc.nat(20) }) },
)

function take(troupe: Troupe, one: Step): void {
  switch (one.kind) {
    case 'save':
      return troupe.save(one.at, one.operations)
    case 'count':
      return troupe.count(one.at, one.by, one.again)
    case 'add':
      return troupe.add(one.at, one.member)
    case 'restart':
      return void troupe.at(one.at).session.restart(troupe.reign(one.at))
    case 'reign':
      troupe.epochs[one.at] = Math.max(...troupe.epochs) + 1
      return undefined
    case 'send':
      return troupe.send(one.from, one.to, one.whole)
    case 'deliver':
      return troupe.deliver(one.choice, one.again)
    case 'lose':
      return void troupe.messages.splice(one.choice, 1)
  }
}

describe('parts that several write at once', () => {
  it('are all kept, but where one took away or replaced what they are in; counts and sets add up [PTH-2] [PTH-3] [CNT-1] [MEM-1]', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
        const troupe = new Troupe()
        for (const one of steps) take(troupe, one)
        troupe.settle()
        troupe.check()
        for (const other of troupe.sessions) expect(plainOf(other)).toEqual(plainOf(troupe.at(0).session))
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 10_000), seed: 7 },
    )
  }, 120_000)
})
