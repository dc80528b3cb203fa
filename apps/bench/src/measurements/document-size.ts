/** Whether sessions stay small, whatever they live through; beside a Y.Map, as Hocuspocus and y-protocols relays keep one. */
import { differenceAgainst } from '@understudy/differencing'
import { encodeValue, LiveDocuments } from '@understudy/document'
import { Session } from '@understudy/session'
import { Doc, encodeStateAsUpdate } from 'yjs'
import type { Figure, Measurement, Variant } from '../measurement.js'
import { ATTRIBUTES, valueOf } from '../workload/attributes.js'
import { scaled } from '../workload/scale.js'

const NOW = 1_900_000_000_000
/** Writes between two deltas to the back-up. */
const WRITES_A_DELTA = 8
/** After how many writes it is looked at. */
const LOOKS = [10, 100, 1_000, 10_000, 100_000, 1_000_000].filter((writes) => writes <= scaled(1_000_000))
/** A Y.Map of a million writes takes minutes; what it comes to is clear before. */
const MAP_LOOKS = LOOKS.slice(0, -1)

const sizeAt = (writes: number): Figure => ({ title: 'encoded size, after writes', unit: 'B', at: writes })

const sizesAt = (looks: readonly number[]): Variant['figures'] => Object.fromEntries(looks.map((writes) => [`at${writes}`, sizeAt(writes)]))

/** A session on its primary, with a replica that follows by deltas. */
class Pair {
  readonly primary = empty()
  readonly backUp = empty()
  #written = 0

  /** Writes one attribute, the next one in turn, under the primary of this epoch. */
  write(epoch: number): void {
    const [name] = ATTRIBUTES[this.#written % ATTRIBUTES.length] ?? ['']
    this.primary.apply([{ op: 'set', name, value: encodeValue(valueOf(this.#written++)) }], { reign: { epoch, nonce: 1 }, now: NOW })
    if (this.#written % WRITES_A_DELTA === 0) this.send()
  }

  /** Brings the back-up up to date. */
  send(): void {
    this.backUp.merge(differenceAgainst(this.primary, this.backUp.benchmark()), () => true)
  }

  /** The size of a fresh session with the same values. */
  fresh(): number {
    const fresh = empty()
    const operations = Object.entries(this.primary.toJSON()).map(([name, value]) => ({ op: 'set' as const, name, value: encodeValue(value) }))
    fresh.apply(operations, { reign: { epoch: 1, nonce: 1 }, now: NOW })
    return fresh.byteLength
  }
}

function empty(): Session {
  return Session.create({ terms: { createdAt: NOW, stamp: 1 }, lastAccess: NOW, live: new LiveDocuments({ limit: 10 }) })
}

/** Measured anew each time, without anything to set up. */
function variant(name: string, figures: Variant['figures'], run: () => Record<string, number>, others?: true): Variant {
  return { name, figures, ...(others && { others }), setUp: () => Promise.resolve({ run: () => Promise.resolve(run()), close: () => Promise.resolve() }) }
}

const ONE_PRIMARY: Variant['figures'] = {
  ...sizesAt(LOOKS),
  primary: { title: 'as a multiple of a fresh one, primary', unit: '×', goal: { atMost: 1.1 } },
  backUp: { title: 'as a multiple of a fresh one, back-up', unit: '×', goal: { atMost: 1.1 } },
  fresh: { title: 'encoded size of a fresh one', unit: 'B' },
}

const onePrimary = variant('one primary', ONE_PRIMARY, () => {
  const pair = new Pair()
  const sizes: Record<string, number> = {}
  for (let write = 1; write <= Math.max(...LOOKS); write++) {
    pair.write(1)
    if (LOOKS.includes(write)) sizes[`at${write}`] = pair.primary.byteLength
  }
  pair.send()
  const fresh = pair.fresh()
  return { ...sizes, primary: pair.primary.byteLength / fresh, backUp: pair.backUp.byteLength / fresh, fresh }
})

const MANY_PRIMARIES: Variant['figures'] = {
  primary: { title: 'of what is allowed (4 × a fresh one, or 4 kB), primary', unit: '×', goal: { atMost: 1 } },
  backUp: { title: 'of what is allowed, back-up', unit: '×', goal: { atMost: 1 } },
  bytes: { title: 'encoded size', unit: 'B' },
}

const manyPrimaries = variant('1,000 primaries, 10 writes each', MANY_PRIMARIES, () => {
  const pair = new Pair()
  for (let write = 0; write < 10_000; write++) pair.write(1 + Math.floor(write / 10))
  pair.send()
  const allowed = Math.max(4 * pair.fresh(), 4_096)
  return { primary: pair.primary.byteLength / allowed, backUp: pair.backUp.byteLength / allowed, bytes: pair.primary.byteLength }
})

const map = variant('Y.Map, live', sizesAt(MAP_LOOKS), () => {
  const doc = new Doc({ guid: '' })
  const attributes = doc.getMap('attributes')
  const sizes: Record<string, number> = {}
  for (let write = 1; write <= Math.max(...MAP_LOOKS); write++) {
    attributes.set(ATTRIBUTES[write % ATTRIBUTES.length]?.[0] ?? '', valueOf(write))
    if (MAP_LOOKS.includes(write)) sizes[`at${write}`] = encodeStateAsUpdate(doc).length
  }
  return sizes
}, true)

/** See the file's header. */
export const documentSize: Measurement = {
  name: 'document-size',
  title: 'Size of a session of ten attributes after a long life',
  shows: 'Ten attributes written in turns, each with a value of 20 bytes; the back-up follows by deltas. Y.Map: how Hocuspocus and relays of y-protocols keep a document.',
  terms: 'do not matter here: documents alone, no node.',
  variants: [onePrimary, manyPrimaries, map],
  counts: true,
  cold: true,
}
