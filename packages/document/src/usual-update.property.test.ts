/**
 * The short ways of a save against plain Yjs: an entry that takes the last one's place, the difference that tells of it,
 * and the check that takes it in one pass. Short histories in great number, each its own seed, so that every order of a
 * few names, kinds of values, removals, strangers' writes, lost and doubled updates comes up many times.
 */
import { describe, expect, it } from 'vitest'
import { seededRandom, type Random } from '../test-support/seeded-random.js'
import { StockYjs } from '../test-support/stock-yjs.js'
import { Document } from './document.js'
import { DocumentError } from './document-error.js'
import { LiveDocuments } from './live-documents.js'
import { encodeValue, type Value } from './value.js'
import { writerId } from './writer-id.js'

/** CI runs all; each in turn is a history of some steps. */
const SEEDS = 100_000

const NAMES = ['a', 'theme', 'é', 'x'.repeat(130)]
const LONG = 'v'.repeat(200)
const admitAll = (): boolean => true
const live = new LiveDocuments({ limit: 4 })

const own = writerId({ epoch: 2, nonce: 5, restart: 0, root: 'attributes' })
const next = writerId({ epoch: 3, nonce: 9, restart: 0, root: 'attributes' })

function valueOf(random: Random): Value {
  return random.pick<() => Value>([
    () => random.below(1_000_000),
    () => -random.below(100),
    () => 'v'.repeat(random.below(20)),
    () => LONG.slice(random.below(120)),
    () => 0.1 * random.below(10),
    () => ({ deep: [1, 'ü', null, { k: true }] }),
    () => new Uint8Array(random.below(4)),
  ])()
}

/** A primary's document, a back-up's, and the stock Y.Doc that gets every update which the back-up gets. */
class Trio {
  readonly primary = Document.empty('attributes', live)
  readonly backup = Document.empty('attributes', live)
  readonly stock = new StockYjs('attributes')
  #writer = own
  #known = new Map(this.primary.vector())
  #last: Uint8Array | undefined

  step(random: Random): void {
    const name = random.pick(NAMES)
    const kind = random.below(12)
    if (kind === 0) this.#writer = next
    else if (kind === 1) this.primary.append(this.#writer, [{ name }])
    else if (kind === 2) this.primary.append(this.#writer, NAMES.map((each) => ({ name: each, value: encodeValue(random.below(9)) })))
    else this.primary.append(this.#writer, [{ name: random.below(3) > 0 ? 'a' : name, value: encodeValue(valueOf(random)) }])
    // Now and then several changes travel as one.
    if (random.below(4) > 0) this.send()
    if (this.#last !== undefined && random.below(8) === 0) this.#take(this.#last)
  }

  send(): void {
    const update = this.primary.deltaSince(this.#known)
    this.#take(update)
    this.#known = new Map(this.primary.vector())
    this.#last = update
  }

  #take(update: Uint8Array): void {
    const before = new Map(this.backup.entries())
    const changed = this.backup.merge(this.backup.check(update, admitAll))
    this.stock.apply(update)
    const after = new Map(this.backup.entries())
    const differing = [...new Set([...before.keys(), ...after.keys()])].filter((name) => !isSame(before.get(name), after.get(name)))
    if (changed.toSorted().join() !== differing.toSorted().join()) throw new Error(`changed ${changed.join()}, but ${differing.join()} differ`)
  }
}

function isSame(one: Value | undefined, other: Value | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return Buffer.from(encodeValue(one)).equals(encodeValue(other))
}

/** Runs one seed and tells what is wrong, if anything: throwing for each of so many would cost more than the check. */
function problemOf(seed: number): string | undefined {
  const random = seededRandom(seed)
  const trio = new Trio()
  try {
    for (let left = 2 + random.below(5); left > 0; left--) trio.step(random)
    trio.send()
  } catch (error) {
    return String(error)
  }
  const { primary, backup, stock } = trio
  if (stock.hasPending) return 'Yjs waits for something'
  if (!Buffer.from(stock.encoded).equals(primary.encode())) return 'the primary is not what Yjs has'
  if (!Buffer.from(stock.encoded).equals(backup.encode())) return 'the back-up is not what Yjs has'
  return undefined
}

describe('the short ways of a save', () => {
  it(`give what stock Yjs has, in each of ${SEEDS.toLocaleString('en-US')} histories [DOC-21]`, { timeout: 300_000 }, () => {
    const wrong: string[] = []
    for (let seed = 1; seed <= SEEDS && wrong.length < 5; seed++) {
      const problem = problemOf(seed)
      if (problem !== undefined) wrong.push(`seed ${seed}: ${problem}`)
    }
    expect(wrong).toEqual([])
  })

  it('take no damaged update that the long way would refuse, and give the same [DOC-22]', { timeout: 300_000 }, () => {
    let taken = 0
    for (let seed = 1; seed <= 20_000; seed++) {
      const random = seededRandom(seed)
      const document = Document.empty('attributes', live)
      document.append(own, [{ name: 'a', value: encodeValue(1) }, { name: 'b', value: encodeValue(2) }, { name: 'a', value: encodeValue('x') }])
      const before = document.encode()
      const known = new Map(document.vector())
      const ahead = Document.load('attributes', before, live)
      ahead.append(own, [{ name: random.pick(['a', 'b', 'c']), value: encodeValue(valueOf(random)) }])
      const update = ahead.deltaSince(known)
      update[random.below(update.length)] = random.below(256)
      try {
        document.merge(document.check(update, admitAll))
        taken++
        const stock = new StockYjs('attributes', before, update)
        if (stock.hasPending || !Buffer.from(stock.encoded).equals(document.encode())) expect.fail(`seed ${seed}: not what Yjs has`)
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error
        if (!Buffer.from(before).equals(document.encode())) expect.fail(`seed ${seed}: refused, but not without a trace`)
      }
    }
    expect(taken).toBeGreaterThan(1_000)
  })
})
