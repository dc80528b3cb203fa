/** Generations: documents stay small, and no write is lost when generations meet, in whatever order they do. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { encodeValue, LiveDocuments, type Reign } from '@understudy/document'
import { Session } from './session.js'
import type { SessionDelta } from './session-delta.js'
import type { Operation } from './operation.js'

const live = new LiveDocuments({ limit: 64 })
const admitAll = (): boolean => true

function emptySession(): Session {
  return Session.create({ terms: { createdAt: 0, stamp: 0 }, lastAccess: 0, live })
}

function set(name: string, value: unknown): Operation {
  return { op: 'set', name, value: encodeValue(value) }
}

/** A write as the model sees it: what it wrote, and every write that its writer had seen. */
interface ModelWrite {
  readonly name: string
  readonly value: number | undefined
  readonly epoch: number
  readonly seen: ReadonlySet<number>
}

/** A delta under way, and what its sender had seen. */
interface Message {
  readonly to: number
  readonly delta: SessionDelta
  readonly seen: ReadonlySet<number>
}

/** Replicas of one session beside a model that knows which write came after which. */
class Troupe {
  readonly replicas = [emptySession(), emptySession(), emptySession(), emptySession()]
  readonly seen = this.replicas.map(() => new Set<number>())
  readonly writes: ModelWrite[] = []
  readonly messages: Message[] = []
  /** Replicas 0 and 1 write; 2 and 3 only follow, and lag. */
  readonly epochs = [1, 2]
  restarts = 0

  reign(writer: number): Reign {
    return { epoch: this.epochs[writer] ?? 0, nonce: 100 + writer }
  }

  replica(index: number): { session: Session; seen: Set<number> } {
    const session = this.replicas[index]
    const seen = this.seen[index]
    if (session === undefined || seen === undefined) throw new Error(`no replica ${index}`)
    return { session, seen }
  }

  write(writer: number, name: string, remove: boolean): void {
    const { session, seen } = this.replica(writer)
    if (remove && !session.has(name)) return
    const id = this.writes.length
    session.apply([remove ? { op: 'remove', name } : set(name, id)], { reign: this.reign(writer), now: id })
    this.writes.push({ name, value: remove ? undefined : id, epoch: this.epochs[writer] ?? 0, seen: new Set(seen) })
    seen.add(id)
  }

  restart(writer: number): void {
    if (this.replica(writer).session.restart(this.reign(writer))) this.restarts++
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'write':
        return this.write(step.at, step.name, step.remove)
      case 'restart':
        return this.restart(step.at)
      case 'reign':
        this.epochs[step.at] = Math.max(...this.epochs) + 1
        return
      case 'send':
        return this.send(step.from, step.to, step.whole)
      case 'deliver':
        return this.deliver(step.choice, step.again)
      case 'lose':
        this.messages.splice(step.choice, 1)
    }
  }

  /** A whole state, or what the receiver lacks by its benchmark of now, to arrive sometime. */
  send(from: number, to: number, whole: boolean): void {
    const { session, seen } = this.replica(from)
    const benchmark = this.replica(to).session.benchmark()
    const partial = !whole && benchmark.generation === session.generation
    const state = session.state()
    const { base: _, ...rest } = state
    const delta = partial ? { ...rest, attributes: session.attributes.deltaSince(benchmark.attributes) } : state
    this.messages.push({ to, delta, seen: new Set(seen) })
  }

  /** Lets a message arrive; perhaps it stays under way too, to arrive once more. */
  deliver(choice: number, again: boolean): void {
    const at = choice % Math.max(1, this.messages.length)
    const message = this.messages[at]
    if (message === undefined) return
    if (!again) this.messages.splice(at, 1)
    this.merge(message)
  }

  merge({ to, delta, seen: sent }: Message): void {
    const { session, seen } = this.replica(to)
    const before = JSON.stringify(session.toJSON())
    try {
      const merged = session.merge(delta, admitAll, to < 2 ? { reign: this.reign(to) } : {})
      if (!merged.kept) {
        for (const id of sent) seen.add(id)
        this.reignAbove(to, sent)
      }
      if (merged.kept) expect(JSON.stringify(session.toJSON())).toBe(before)
    } catch (error) {
      expect(error).toMatchObject({ code: 'DELTA_GAP' })
    }
  }

  /** Who has merged what a higher epoch wrote reigns no more; if it writes again, it does so in a new reign. */
  reignAbove(at: number, sent: ReadonlySet<number>): void {
    const highest = Math.max(0, ...[...sent].map((id) => this.writes[id]?.epoch ?? 0))
    if (at < 2 && highest > (this.epochs[at] ?? 0)) this.epochs[at] = Math.max(...this.epochs) + 1
  }

  /** Everything that is left arrives; then one primary hears all replicas and all hear it. */
  settle(): void {
    while (this.messages.length > 0) this.deliver(0, false)
    for (const from of [1, 2, 3]) {
      const { session, seen } = this.replica(from)
      this.merge({ to: 0, delta: session.state(), seen })
    }
    const primary = this.replica(0)
    for (const to of [1, 2, 3]) {
      expect(this.replica(to).session.merge(primary.session.state(), admitAll).kept).toBe(false)
    }
  }

  /** Values that may stand: those of the writes of a name that no other write of it had seen. */
  standing(name: string): (number | undefined)[] {
    const writes = this.writes.map((write, id) => ({ ...write, id })).filter((write) => write.name === name)
    if (writes.length === 0) return [undefined]
    return writes.filter(({ id }) => !writes.some((other) => other.seen.has(id))).map(({ value }) => value)
  }
}

const NAMES = ['a', 'b', 'c']
const writer = fc.integer({ min: 0, max: 1 })
const anyReplica = fc.integer({ min: 0, max: 3 })

/** One thing that happens to the troupe. */
type Step =
  | { readonly kind: 'write'; readonly at: number; readonly name: string; readonly remove: boolean }
  | { readonly kind: 'restart' | 'reign'; readonly at: number }
  | { readonly kind: 'send'; readonly from: number; readonly to: number; readonly whole: boolean }
  | { readonly kind: 'deliver'; readonly choice: number; readonly again: boolean }
  | { readonly kind: 'lose'; readonly choice: number }

const remove = fc.nat(3).map((n) => n === 0)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write'), at: writer, name: fc.constantFrom(...NAMES), remove }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart'), at: writer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reign'), at: writer }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send'), from: anyReplica, to: anyReplica, whole: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('deliver'), choice: fc.nat(20), again: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose'), choice: fc.nat(20) }) },
)

describe('generations', () => {
  it('lose no write, whatever is restarted, lost, doubled or late, and end up equal [SES-7]', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const troupe = new Troupe()
        for (const step of steps) troupe.take(step)
        troupe.settle()
        const { session } = troupe.replica(0)
        for (const name of NAMES) expect(troupe.standing(name)).toContain(session.get(name))
        for (const other of troupe.replicas) {
          expect(other.toJSON()).toEqual(session.toJSON())
          expect(other.fingerprint('key')).toEqual(session.fingerprint('key'))
        }
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
    )
  })
})
