/** Whether sessions stay small, whatever they live through. */
import { differenceAgainst } from '@understudy/differencing'
import { encodeValue, LiveDocuments } from '@understudy/document'
import { Session } from '@understudy/session'
import type { Measurement, Variant } from '../measurement.js'
import { ATTRIBUTES, valueOf } from '../workload/attributes.js'

const NOW = 1_900_000_000_000
/** Writes between two deltas to the back-up. */
const WRITES_A_DELTA = 8

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

  /** Sizes as multiples of a fresh session's with the same values. */
  sizes(): Record<string, number> {
    this.send()
    const fresh = empty()
    const operations = Object.entries(this.primary.toJSON()).map(([name, value]) => ({ op: 'set' as const, name, value: encodeValue(value) }))
    fresh.apply(operations, { reign: { epoch: 1, nonce: 1 }, now: NOW })
    const allowed = Math.max(4 * fresh.byteLength, 4_096)
    return {
      bytes: this.primary.byteLength,
      fresh: fresh.byteLength,
      primary: this.primary.byteLength / allowed,
      backUp: this.backUp.byteLength / allowed,
    }
  }
}

function empty(): Session {
  return Session.create({ terms: { createdAt: NOW, stamp: 1 }, lastAccess: NOW, live: new LiveDocuments({ limit: 10 }) })
}

function variant(name: string, writes: number, epochOf: (write: number) => number): Variant {
  return {
    name,
    figures: {
      primary: { title: 'of what is allowed (4 × a fresh one, or 4 kB), primary', unit: '×', goal: { atMost: 1 } },
      backUp: { title: 'of what is allowed, back-up', unit: '×', goal: { atMost: 1 } },
      bytes: { title: 'encoded size', unit: 'B' },
      fresh: { title: 'encoded size of a fresh one', unit: 'B' },
    },
    setUp: () =>
      Promise.resolve({
        run() {
          const pair = new Pair()
          for (let write = 0; write < writes; write++) pair.write(epochOf(write))
          return Promise.resolve(pair.sizes())
        },
        close: () => Promise.resolve(),
      }),
  }
}

/** See the file's header. */
export const documentSize: Measurement = {
  name: 'document-size',
  title: 'Size of a session of ten attributes after a long life',
  shows: 'Ten attributes written in turns, each with a value of 20 bytes; the back-up follows by deltas.',
  terms: 'does not matter here: documents alone, no node.',
  variants: [
    variant('1,000,000 writes by one primary', 1_000_000, () => 1),
    variant('1,000 primaries, 10 writes each', 10_000, (write) => 1 + Math.floor(write / 10)),
  ],
  counts: true,
  cold: true,
}
