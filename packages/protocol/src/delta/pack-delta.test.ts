import * as fc from 'fast-check'
import * as encoding from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import { yjsUpdates } from '../../test/yjs-updates.js'
import { LinkReader } from '../link/link-reader.js'
import { LinkWriter } from '../link/link-writer.js'
import { PEER_FRAME_LIMIT } from '../limits.js'
import { ProtocolError } from '../protocol-error.js'
import { packUpdate } from './pack-delta.js'
import { PACKED } from './pack-flags.js'
import { unpackUpdate } from './unpack-delta.js'

type Root = 'attributes' | 'frozen'

/** Both ends of a link that carries nothing but updates of session 0. */
class UpdateLink {
  readonly writer = new LinkWriter(PEER_FRAME_LIMIT)
  readonly reader = new LinkReader(PEER_FRAME_LIMIT)

  pack(update: Uint8Array, root: Root = 'attributes'): Uint8Array {
    this.writer.start()
    packUpdate(this.writer, update, root, 0)
    return this.writer.finish()
  }

  unpack(packed: Uint8Array, root: Root = 'attributes'): Uint8Array {
    this.reader.reset(packed)
    const update = unpackUpdate(this.reader, root, 0)
    this.reader.end()
    return update
  }
}

/** An update of one struct with one entry `['a', 1]`, with the wrong byte where a test wants one. */
function oneEntry(change: (bytes: number[]) => void): Uint8Array {
  const bytes = [1, 1, 9, 5, 0x88, 9, 4, 1, 117, 2, 119, 1, 97, 125, 1, 1, 9, 1, 3, 1]
  change(bytes)
  return Uint8Array.from(bytes)
}

describe('packing', () => {
  it('gives arbitrary bytes back as they were [PRO-5]', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), (updates) => {
        const link = new UpdateLink()
        for (const update of updates) expect(link.unpack(link.pack(update))).toEqual(update)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['attributes', 'frozen'] as const)('gives genuine Yjs updates of %s back byte by byte [PRO-5]', (root) => {
    let packed = 0
    let total = 0
    fc.assert(
      fc.property(yjsUpdates(root), (updates) => {
        const link = new UpdateLink()
        for (const update of updates) {
          const bytes = link.pack(update, root)
          expect(link.unpack(bytes, root)).toEqual(update)
          total++
          if (bytes[0] !== 0) packed++
        }
      }),
      { numRuns: 300 },
    )
    expect(packed / total).toBeGreaterThan(0.4)
  })

  it('gives genuine Yjs updates with one damaged byte back as they were [PRO-5]', () => {
    fc.assert(
      fc.property(yjsUpdates('attributes'), fc.nat(), fc.nat(255), (updates, place, byte) => {
        const link = new UpdateLink()
        for (const genuine of updates) {
          const update = genuine.slice()
          update[place % update.length] = byte
          expect(link.unpack(link.pack(update))).toEqual(update)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('packs the usual update, and better when it goes on where the last one stopped', () => {
    const link = new UpdateLink()
    const first = link.pack(oneEntry(() => {}))
    const next = link.pack(oneEntry((bytes) => bytes.splice(3, 4, 6, 0x88, 9, 5)))
    expect([...first]).toEqual([PACKED | 8 | 64, 0, 9, 5, 3, 97, 125, 1, 1])
    expect([...next]).toEqual([PACKED | 2 | 4 | 8 | 64, 3, 97, 125, 1, 2])
  })

  it.each<[string, (bytes: number[]) => void]>([
    ['an integer in a longer form than needed', (bytes) => bytes.splice(2, 1, 0x89, 0)],
    ['two writers', (bytes) => (bytes[0] = 2)],
    ['no struct', (bytes) => (bytes[1] = 0)],
    ['a right origin', (bytes) => (bytes[4] = 0xc8)],
    ['another content', (bytes) => (bytes[4] = 0x84)],
    ['an entry that is no array', (bytes) => (bytes[8] = 118)],
    ['an entry of three parts', (bytes) => (bytes[9] = 3)],
    ['a name that is no string', (bytes) => (bytes[10] = 125)],
    ['a negative zero', (bytes) => (bytes[14] = 0x40)],
    ['trailing bytes', (bytes) => bytes.push(0)],
  ])('sends an update with %s as it is', (_, change) => {
    const link = new UpdateLink()
    const update = oneEntry(change)
    const bytes = link.pack(update)
    expect(bytes[0]).toBe(0)
    expect(link.unpack(bytes)).toEqual(update)
  })

  it('sends values nested too deeply as they are', () => {
    const encoder = encoding.createEncoder()
    encoding.writeAny(encoder, JSON.parse('['.repeat(100) + ']'.repeat(100)))
    const update = oneEntry((bytes) => bytes.splice(13, 2, ...encoding.toUint8Array(encoder)))
    expect(new UpdateLink().pack(update)[0]).toBe(0)
  })
})

describe('unpacking', () => {
  it('of arbitrary bytes gives an update or a ProtocolError [PRO-3]', () => {
    const flags = fc.nat(127).map((it) => it | 1)
    const bytes = fc.array(fc.oneof(fc.nat(12), fc.nat(255), fc.constantFrom(117, 119, 125)), { maxLength: 40 })
    fc.assert(
      fc.property(flags, bytes, (first, rest) => {
        try {
          expect(new UpdateLink().unpack(Uint8Array.of(first, ...rest))).toBeInstanceOf(Uint8Array)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
      { numRuns: 20_000 },
    )
  })

  it('refuses few bytes that would become many [PRO-4]', () => {
    const structs = 1_000_000
    const head = [PACKED | 32, 0, ...varUint(Number.MAX_SAFE_INTEGER), 0, ...varUint(structs)]
    const bomb = new Uint8Array(head.length + structs).fill(3)
    bomb.set(head)
    expect(() => new UpdateLink().unpack(bomb)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }))
  })
})

function varUint(value: number): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, value)
  return encoding.toUint8Array(encoder)
}
