/** Records in chunks are found and whole wherever they were moved, and holes do not add up. */
import { ByteWriter } from '@understudy/document'
import type { ByteReader } from '@understudy/document'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecordChunks } from './record-chunks.js'
import type { Bearings } from './record-chunks.js'

const CHUNK = 2 ** 18
/** So that rows take one byte, two and three in a record. */
const APART = 500

/** A packing that can be told from none. */
function reversed(from: ByteReader, to: ByteWriter): void {
  for (let at = from.end - 1; at >= from.at; at--) to.uint8(from.bytes[at] ?? 0)
}

/** Has one record at most. */
interface Owner {
  readonly row: number
  /** The chunk it is in, and where it begins there. */
  lies: { readonly chunk: number; readonly at: number } | undefined
  /** What its record should be. */
  bytes: Uint8Array
}

/** Some owners, and the records that are theirs. */
class World implements Bearings {
  readonly owners: Owner[]
  readonly records = new RecordChunks(this, { pack: reversed, unpack: reversed })
  readonly #out = new ByteWriter()

  constructor(count: number) {
    this.owners = Array.from({ length: count }, (_, i) => ({ row: i * APART, lies: undefined, bytes: new Uint8Array(0) }))
  }

  liesAt(row: number, chunk: number, at: number): boolean {
    const lies = this.owners[row / APART]?.lies
    return lies?.chunk === chunk && lies.at === at
  }

  liesNow(row: number, chunk: number, at: number): void {
    const owner = this.owners[row / APART]
    if (owner === undefined) throw new Error(`nobody has row ${row}`)
    owner.lies = { chunk, at }
  }

  put(owner: Owner, length: number, filler: number): void {
    this.release(owner)
    owner.bytes = new Uint8Array(length).fill(filler)
    this.#out.reset()
    this.#out.copy(owner.bytes, 0, length)
    this.records.put(owner.row, this.#out)
  }

  release(owner: Owner): void {
    const { lies } = owner
    owner.lies = undefined
    if (lies !== undefined) this.records.release(lies.chunk, lies.at)
  }

  /** Until there is nothing left to do. */
  tidy(): void {
    for (let calls = 0; calls < 100; calls++) this.records.tidy()
  }

  /** Whether each record is what it should be, read in place and as a copy. */
  isWhole(): boolean {
    return this.owners.every(({ lies, bytes }) => {
      if (lies === undefined) return true
      const isSame = (reader: ByteReader): boolean => Buffer.from(reader.bytes.subarray(reader.at, reader.at + bytes.length)).equals(bytes)
      return isSame(this.records.open(lies.chunk, lies.at)) && isSame(this.records.take(lies.chunk, lies.at))
    })
  }
}

describe('records in chunks', () => {
  it('are whole, whatever is put, given up and copied together, of any length [STO-42]', () => {
    const length = fc.oneof({ weight: 8, arbitrary: fc.nat(2_000) }, { weight: 2, arbitrary: fc.nat(100_000) }, { weight: 1, arbitrary: fc.constantFrom(127, 128, 16_383, 16_384, CHUNK - 3, CHUNK, 2 * CHUNK) })
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ owner: fc.nat(40), length, filler: fc.nat(255) }) },
      { weight: 3, arbitrary: fc.record({ owner: fc.nat(40) }) },
      { weight: 1, arbitrary: fc.constant('tidy' as const) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const world = new World(41)
        for (const each of steps) {
          const owner = each === 'tidy' ? undefined : world.owners[each.owner]
          if (each === 'tidy') world.tidy()
          else if (owner !== undefined && 'length' in each) world.put(owner, each.length, each.filler)
          else if (owner !== undefined) world.release(owner)
        }
        expect(world.isWhole()).toBe(true)
      }),
    )
  })

  it('take up little more than their bytes, however often others take their place [STO-42]', () => {
    const world = new World(4_000)
    const total = (): number => world.owners.reduce((sum, { bytes }) => sum + bytes.length, 0)
    let random = 1
    for (let change = 0; change < 60_000; change++) {
      // At random, or whole chunks would come to hold nothing, one after the other.
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
      const owner = world.owners[(random >>> 8) % world.owners.length]
      if (owner !== undefined) world.put(owner, 800 + ((change * 131) % 400), change % 256)
      if (change % 500 === 0) world.tidy()
    }
    world.tidy()
    expect(world.isWhole()).toBe(true)
    // Two chunks more: the one that is being filled, and what did not fit the ends of the others.
    expect(world.records.byteLength).toBeLessThan((total() * 6) / 5 + 2 * CHUNK)
    // Numbers of chunks are used again, too.
    expect(Math.max(...world.owners.map(({ lies }) => lies?.chunk ?? 0))).toBeLessThan(100)
  })

  it('are whole whatever is done to a copy [STO-42]', () => {
    const world = new World(1)
    const [owner] = world.owners
    if (owner === undefined) throw new Error('there is one')
    world.put(owner, 1_000, 7)
    const { chunk, at } = owner.lies ?? { chunk: 0, at: 0 }
    world.records.take(chunk, at).bytes.fill(9)
    expect(world.isWhole()).toBe(true)
  })
})
