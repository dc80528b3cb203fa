/**
 * Both modes of differencing, over links that lose, double and reorder.
 *
 * A stand-in for sessions is used (differencing knows no sessions): two documents and a hash, merged as replicas do.
 */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { Document, encodeValue, LiveDocuments, writerId, type Root, type StateVector, type WriterId } from '@understudy/document'
import { emptyBenchmark, type Benchmark } from './benchmark.js'
import type { Delta, Differenced } from './delta.js'
import { differenceAgainst, isEmptyDelta } from './difference-against.js'
import { differenceWithoutFrozen } from './difference-without-frozen.js'

const live = new LiveDocuments({ limit: 16 })
const admitAll = (): boolean => true

function writer(nonce: number, root: Root, restart = 0): WriterId {
  return writerId({ epoch: 1, nonce, restart, root })
}

/** A session as differencing sees it. */
class StandIn implements Differenced {
  generation = 0
  base = new Uint8Array(0)
  attributes = Document.empty('attributes', live)
  readonly frozen = Document.empty('frozen', live)

  get frozenVector(): StateVector {
    return this.frozen.vector()
  }

  frozenHash(): number {
    let hash = 0
    const entries = this.frozen.names().map((name) => `${name}=${String(this.frozen.raw(name))}`)
    for (const text of [...entries, ...[...this.frozen.vector()].map(String)]) {
      let one = 7
      for (const character of text) one = (Math.imul(one, 31) + character.charCodeAt(0)) >>> 0
      hash = (hash ^ one) >>> 0
    }
    return this.frozen.size === 0 ? 0 : hash || 1
  }

  set(nonce: number, name: string, value: unknown): void {
    if (this.frozen.has(name)) return
    this.attributes.append(writer(nonce, 'attributes'), [{ name, value: encodeValue(value) }])
  }

  remove(nonce: number, name: string): void {
    if (this.attributes.has(name)) this.attributes.append(writer(nonce, 'attributes'), [{ name }])
  }

  freeze(nonce: number, name: string): void {
    const value = this.attributes.raw(name)
    if (value === undefined) return
    this.remove(nonce, name)
    this.frozen.append(writer(nonce, 'frozen'), [{ name, value }])
  }

  /** Begins another generation, as a restart does. */
  restart(): void {
    this.generation++
    this.attributes = this.attributes.restarted(writer(1, 'attributes', this.generation))
    this.base = Uint8Array.of(this.generation)
  }

  benchmark(): Benchmark {
    return { generation: this.generation, attributes: this.attributes.vector(), frozen: this.frozen.vector() }
  }

  /** Merges as a replica does; tells whether the frozen part is lacking. Throws DELTA_GAP where something is missing. */
  merge(delta: Delta): boolean {
    const frozen = delta.frozen && this.frozen.check(delta.frozen, admitAll)
    if (delta.attributes !== undefined) {
      if (delta.generation > this.generation) {
        if (delta.base === undefined) throw Object.assign(new Error('another generation'), { code: 'DELTA_GAP' })
        this.attributes = Document.load('attributes', delta.attributes, live)
        this.generation = delta.generation
        this.base = Uint8Array.from(delta.base)
      } else if (delta.generation === this.generation) {
        this.attributes.merge(this.attributes.check(delta.attributes, admitAll))
      }
    }
    if (frozen) this.frozen.merge(frozen)
    return delta.frozenHash !== undefined && delta.frozenHash !== this.frozenHash()
  }

  picture(): unknown {
    const [entries, frozenEntries] = [this.attributes.entries(), this.frozen.entries()]
    return { ...this.benchmark(), entries, frozenEntries, hash: this.frozenHash() }
  }
}

/** Merges; a delta that does not fit is as good as lost. */
function receive(replica: StandIn, delta: Delta): boolean {
  try {
    return replica.merge(delta)
  } catch (error) {
    expect(error).toMatchObject({ code: 'DELTA_GAP' })
    return false
  }
}

type Step =
  | { readonly kind: 'set' | 'remove' | 'freeze'; readonly at: number; readonly name: string; readonly value: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'send'; readonly at: number; readonly withFrozen: boolean }
  | { readonly kind: 'deliver' | 'double' | 'lose'; readonly choice: number }

const name = fc.constantFrom('a', 'b', 'c', 'd')
const at = fc.nat(1)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('set', 'set', 'set', 'remove', 'freeze'), at, name, value: fc.nat(99) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send'), at, withFrozen: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('deliver', 'deliver', 'double', 'lose'), choice: fc.nat(9) }),
  },
)
const steps = fc.array(step, { maxLength: 60, size: 'max' })
/** With restarts there is one writer here: meeting generations are the session's business. */
const restart = fc.constant<Step>({ kind: 'restart' })
const stepOrRestart = fc.oneof({ weight: 9, arbitrary: step }, { weight: 1, arbitrary: restart })
const oneWriter = fc.array(stepOrRestart, { maxLength: 60, size: 'max' })

type Difference = (from: StandIn, to: StandIn, withFrozen: boolean) => Delta

/** Two replicas and what is under way between them. */
class Link {
  readonly replicas = [new StandIn(), new StandIn()] as const
  readonly #underWay: { readonly to: StandIn; readonly delta: Delta }[] = []
  readonly #difference: Difference

  constructor(difference: Difference) {
    this.#difference = difference
  }

  take(step: Step): void {
    const [one, other] = this.replicas
    switch (step.kind) {
      case 'set':
      case 'remove':
      case 'freeze':
        return this.replicas[step.at]?.[step.kind](step.at + 1, step.name, step.value)
      case 'restart':
        return one.restart()
      case 'send': {
        const [from, to] = step.at === 0 ? [one, other] : [other, one]
        this.#underWay.push({ to, delta: this.#difference(from, to, step.withFrozen) })
        return
      }
      default:
        return this.arrive(step.kind, step.choice)
    }
  }

  /** One of the deltas under way arrives, arrives and stays under way, or is lost. */
  arrive(how: 'deliver' | 'double' | 'lose', choice: number): void {
    const at = choice % Math.max(1, this.#underWay.length)
    const sent = this.#underWay[at]
    if (sent === undefined) return
    if (how !== 'double') this.#underWay.splice(at, 1)
    if (how !== 'lose') receive(sent.to, sent.delta)
  }
}

/** A benchmark taken when the delta is made: it is stale by the time the delta arrives. */
const againstBenchmark: Difference = (from, to) => differenceAgainst(from, to.benchmark())
const withoutFrozen: Difference = (from, _, withFrozen) => differenceWithoutFrozen(from, { withFrozen })

describe('mode benchmark', () => {
  const settle = ([one, other]: readonly [StandIn, StandIn]) => {
    receive(one, differenceAgainst(other, one.benchmark()))
    receive(other, differenceAgainst(one, other.benchmark()))
  }

  it('makes replicas equal after one last exchange, whatever was lost, doubled or late [DIF-5]', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const link = new Link(againstBenchmark)
        for (const step of steps) link.take(step)
        settle(link.replicas)
        expect(link.replicas[1].picture()).toEqual(link.replicas[0].picture())
        expect(isEmptyDelta(differenceAgainst(link.replicas[0], link.replicas[1].benchmark()))).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('makes them equal across generations too [DIF-5]', () => {
    fc.assert(
      fc.property(oneWriter, (steps) => {
        const link = new Link(againstBenchmark)
        for (const step of steps) link.take('at' in step ? { ...step, at: 0 } : step)
        settle(link.replicas)
        expect(link.replicas[1].picture()).toEqual(link.replicas[0].picture())
      }),
      { numRuns: 400 },
    )
  })

  it('sends what changed, not what is there [DIF-6]', () => {
    const session = new StandIn()
    for (let i = 0; i < 50; i++) session.set(1, `attribute ${i}`, 'x'.repeat(100))
    const whole = differenceAgainst(session, emptyBenchmark)
    const benchmark = session.benchmark()
    session.set(1, 'attribute 7', 'y')
    const delta = differenceAgainst(session, benchmark)
    expect(whole.attributes?.length).toBeGreaterThan(5000)
    expect(delta.attributes?.length).toBeLessThan(60)
    expect(Object.keys(delta).sort()).toEqual(['attributes', 'generation'])
  })

  it('sends a frozen attribute once, and nothing where there is nothing new', () => {
    const session = new StandIn()
    session.set(1, 'a', 'x'.repeat(200))
    session.freeze(1, 'a')
    expect(differenceAgainst(session, emptyBenchmark).frozen?.length).toBeGreaterThan(200)
    const benchmark = session.benchmark()
    expect(differenceAgainst(session, benchmark)).toEqual({ generation: 0 })
    session.set(1, 'b', 1)
    expect(differenceAgainst(session, benchmark).frozen).toBeUndefined()
  })

  it('sends the whole document and its base to who is at another generation', () => {
    const session = new StandIn()
    session.set(1, 'a', 1)
    const benchmark = session.benchmark()
    session.restart()
    const delta = differenceAgainst(session, benchmark)
    expect(delta).toEqual({ generation: 1, base: session.base, attributes: session.attributes.encode() })
  })
})

describe('mode immutable', () => {
  /** One side tells the other all; where the frozen part lacks, it is asked for. */
  const tell = (from: StandIn, to: StandIn): void => {
    if (receive(to, differenceWithoutFrozen(from, { withFrozen: false }))) {
      receive(to, differenceWithoutFrozen(from, { withFrozen: true }))
    }
  }

  it('makes replicas equal after one last exchange, whatever was lost, doubled or late [DIF-7]', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const link = new Link(withoutFrozen)
        for (const step of steps) link.take(step)
        const [one, other] = link.replicas
        tell(other, one)
        tell(one, other)
        expect(other.picture()).toEqual(one.picture())
      }),
      { numRuns: 400 },
    )
  })

  it('makes them equal across generations too [DIF-7]', () => {
    fc.assert(
      fc.property(oneWriter, (steps) => {
        const link = new Link(withoutFrozen)
        for (const step of steps) link.take('at' in step ? { ...step, at: 0 } : step)
        tell(...link.replicas)
        expect(link.replicas[1].picture()).toEqual(link.replicas[0].picture())
      }),
      { numRuns: 400 },
    )
  })

  it('has the frozen part travel only where it is asked for [DIF-8]', () => {
    const session = new StandIn()
    session.set(1, 'frozen', 'x'.repeat(10_000))
    session.freeze(1, 'frozen')
    session.set(1, 'a', 0)
    const replica = new StandIn()
    const opening = differenceWithoutFrozen(session, { withFrozen: true })
    expect(opening.frozen?.length).toBeGreaterThan(10_000)
    expect(replica.merge(opening)).toBe(false)
    let bytes = 0
    for (let i = 0; i < 100; i++) {
      session.set(1, 'a', i)
      const delta = differenceWithoutFrozen(session, { withFrozen: false })
      bytes += (delta.attributes?.length ?? 0) + (delta.frozen?.length ?? 0)
      expect(replica.merge(delta)).toBe(false)
    }
    expect(bytes).toBeLessThan(100 * 100)
    expect(replica.picture()).toEqual(session.picture())
  })

  it('has a replica without the frozen part see from the hash that it lacks it [DIF-9]', () => {
    const session = new StandIn()
    session.set(1, 'frozen', 1)
    session.freeze(1, 'frozen')
    const replica = new StandIn()
    expect(replica.merge(differenceWithoutFrozen(session, { withFrozen: false }))).toBe(true)
    expect(replica.merge(differenceWithoutFrozen(session, { withFrozen: true }))).toBe(false)
    expect(replica.merge(differenceWithoutFrozen(session, { withFrozen: false }))).toBe(false)
  })

  it('makes every delta complete in itself: the last one is enough', () => {
    const session = new StandIn()
    for (let i = 0; i < 20; i++) session.set(1 + (i % 2), `n${i % 5}`, i)
    const replica = new StandIn()
    replica.merge(differenceWithoutFrozen(session, { withFrozen: false }))
    expect(replica.picture()).toEqual(session.picture())
  })

  it('has no frozen part to send where nothing is frozen', () => {
    expect(differenceWithoutFrozen(new StandIn(), { withFrozen: true })).toMatchObject({ generation: 0, frozenHash: 0 })
    expect(differenceWithoutFrozen(new StandIn(), { withFrozen: true }).frozen).toBeUndefined()
  })
})
