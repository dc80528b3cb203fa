import { deepStrictEqual } from 'node:assert/strict'
import crc32 from 'crc-32'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downFrames, upFrames } from '../test/arbitrary-frames.js'
import { peerStreams } from '../test/numbered.js'
import { samplePeerFrames } from '../test/sample-frames.js'
import { weightOf } from '../test/weight.js'
import { randomOf } from '../test/wire-stream.js'
import {
  decodeClientDownFrame,
  decodeClientUpFrame,
  encodeClientDownFrame,
  encodeClientUpFrame,
} from './client/client-codec.js'
import { CLIENT_FRAME_LIMIT, PEER_FRAME_LIMIT } from './limits.js'
import { PeerDecoder } from './peer/peer-decoder.js'
import { PeerEncoder } from './peer/peer-encoder.js'
import type { PeerFrame } from './peer/peer-frame.js'
import { ProtocolError } from './protocol-error.js'

const MUTATIONS = 20_000
const SEED = 0x5eed
const random = randomOf(SEED)
const below = (limit: number) => Math.floor(random() * limit)

/** Bytes at which integers and flags change their meaning. */
const EDGES = [0, 1, 127, 128, 255]

/** Changes, cuts, doubles or inserts some bytes. */
function mutate(bytes: Uint8Array): Uint8Array {
  const list = [...bytes]
  for (let count = 1 + below(3); count > 0; count--) {
    const place = below(list.length + 1)
    const values = Array.from({ length: 1 + below(4) }, () => EDGES[below(10)] ?? below(256))
    const kind = below(5)
    if (kind === 0) list.splice(place)
    else if (kind === 1) list.splice(place, 0, ...values)
    else if (kind === 2) list.splice(place, values.length)
    else if (kind === 3) list.splice(place, 0, ...list.slice(place, place + values.length))
    else list.splice(place, values.length, ...values)
  }
  return Uint8Array.from(list)
}

/** Puts a right checksum at the end, so that what is behind the checksum gets its share of hostility. */
function resealed(bytes: Uint8Array, seed: number): Uint8Array {
  if (bytes.length < 4) return bytes
  const sum = crc32.buf(bytes.subarray(0, -4), seed)
  const sealed = bytes.slice()
  sealed.set([sum, sum >> 8, sum >> 16, sum >> 24], bytes.length - 4)
  return sealed
}

/** The first deltas of a link with a right checksum. */
function sealed(body: readonly number[]): number[] {
  return [...resealed(Uint8Array.from([...body, 0, 0, 0, 0]), 1)]
}

/** What came of one decoding. */
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.cause !== undefined) throw error
    return undefined
  }
}

/** Decodes a mutation of the last frame on a link that has had the others; true when it was taken for a frame. */
function attackPeer(frames: readonly PeerFrame[]): boolean {
  const sender = new PeerEncoder()
  const receiver = new PeerDecoder()
  const encoded = frames.map((frame) => sender.encode(frame))
  for (const bytes of encoded.slice(0, -1)) receiver.decode(bytes)
  const hostile = mutate(encoded.at(-1) ?? new Uint8Array())
  const last = frames.at(-1)
  const seed = last?.type === 'deltas' ? last.number : 0
  const sealed = (last?.type === 'deltas' || last?.type === 'offer') && below(4) > 0
  const bytes = sealed ? resealed(hostile, seed) : hostile
  const frame = attempt(() => receiver.decode(bytes))
  if (frame === undefined) return false
  expect(weightOf(frame)).toBeLessThan(4_096 + 64 * bytes.length)
  const [again, other] = [new PeerEncoder(), new PeerDecoder()]
  for (const each of frames.slice(0, -1)) other.decode(again.encode(each))
  deepStrictEqual(other.decode(again.encode(frame)), frame)
  return true
}

describe('hostile bytes', () => {
  it(`on the peer link give a ProtocolError or a frame, ${MUTATIONS} times from seed ${SEED} [PRO-3]`, () => {
    const streams = fc.sample(peerStreams, { numRuns: 500, seed: SEED })
    let taken = 0
    for (let count = 0; count < MUTATIONS; count++) {
      const stream = streams[count % streams.length] ?? []
      if (attackPeer(stream.slice(0, 1 + below(stream.length)))) taken++
    }
    expect(taken).toBeGreaterThan(MUTATIONS / 20)
  }, 120_000)

  it(`from clients give a ProtocolError or a frame, ${MUTATIONS} times from seed ${SEED} [PRO-3]`, () => {
    const genuine = fc.sample(upFrames, { numRuns: 1_000, seed: SEED }).map(encodeClientUpFrame)
    for (let count = 0; count < MUTATIONS; count++) {
      const bytes = mutate(genuine[count % genuine.length] ?? new Uint8Array())
      const frame = attempt(() => decodeClientUpFrame(bytes))
      if (frame === undefined) continue
      expect(weightOf(frame)).toBeLessThan(4_096 + 64 * bytes.length)
      deepStrictEqual(decodeClientUpFrame(encodeClientUpFrame(frame)), frame)
    }
  }, 120_000)

  it(`to clients give a ProtocolError or a frame, ${MUTATIONS} times from seed ${SEED} [PRO-3]`, () => {
    const frames = downFrames(fc.uint8Array({ maxLength: 60 }))
    const genuine = fc.sample(frames, { numRuns: 1_000, seed: SEED }).map(encodeClientDownFrame)
    for (let count = 0; count < MUTATIONS; count++) {
      const bytes = mutate(genuine[count % genuine.length] ?? new Uint8Array())
      const frame = attempt(() => decodeClientDownFrame(bytes))
      if (frame === undefined) continue
      expect(weightOf(frame)).toBeLessThan(4_096 + 64 * bytes.length)
      deepStrictEqual(decodeClientDownFrame(encodeClientDownFrame(frame)), frame)
    }
  }, 120_000)

  it('of no meaning at all are refused, whatever their first byte [PRO-3]', () => {
    for (let tag = 0; tag < 256; tag++) {
      for (let length = 0; length < 40; length++) {
        const bytes = Uint8Array.from({ length: length + 1 }, (_, index) => (index === 0 ? tag : below(256)))
        attempt(() => decodeClientUpFrame(bytes))
        attempt(() => decodeClientDownFrame(bytes))
        attempt(() => new PeerDecoder().decode(bytes))
      }
    }
    expect(() => decodeClientUpFrame(new Uint8Array())).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }))
    expect(() => decodeClientUpFrame(Uint8Array.of(65))).toThrow(expect.objectContaining({ code: 'FRAME_UNKNOWN' }))
  })
})

describe('a small claim of a large thing', () => {
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]

  it.each<[string, number[]]>([
    ['a list of keys', [6, ...huge]],
    ['a list of marks', [5, ...huge]],
    ['a list of benchmarks', [7, ...huge]],
    ['a list of fingerprints', [8, 1, 1, 0, 0, ...huge]],
    ['a text', [13, ...huge]],
    ['whole sessions', sealed([3, 1, 0, 1, ...huge])],
    ['a whole session', sealed([3, 1, 0, 1, 1, ...Array<number>(16).fill(1), ...huge])],
    ['no whole session', sealed([3, 1, 0, 1, 0])],
  ])('is refused at once: %s [PRO-4]', (_, bytes) => {
    const decoder = new PeerDecoder()
    decoder.decode(new PeerEncoder().encode(samplePeerFrames.hello))
    const before = process.memoryUsage().arrayBuffers
    expect(() => decoder.decode(Uint8Array.from(bytes))).toThrow(ProtocolError)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })

  it('does not let the whole sessions of a frame become more than the frame limit [PRO-4]', () => {
    const count = 200_000
    const bytes = new Uint8Array(4 + 3 + count * 17 + 4)
    bytes.set([3, 1, 0, 1, 0x80 | (count & 127), 0x80 | ((count >> 7) & 127), count >> 14])
    const decoder = new PeerDecoder()
    decoder.decode(new PeerEncoder().encode(samplePeerFrames.hello))
    expect(() => decoder.decode(resealed(bytes, 1))).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }))
  })

  it('does not let the deltas of a frame become more than the frame limit [PRO-4]', () => {
    const first = [3, 1, 0, 0, 3, ...Array<number>(16).fill(1), 1 | 8 | 32, 0, 9, 4, 3, 97, 126]
    const entry = [2, 0, 1 | 8 | 32, 1, 5, 3, 97, 126]
    const count = Math.ceil(PEER_FRAME_LIMIT / 128)
    const bytes = new Uint8Array(first.length + count * entry.length + 4)
    bytes.set(first)
    for (let index = 0; index < count; index++) bytes.set(entry, first.length + index * entry.length)
    const decoder = new PeerDecoder()
    decoder.decode(new PeerEncoder().encode(samplePeerFrames.hello))
    expect(() => decoder.decode(resealed(bytes, 1))).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }))
  })

  it('leaves the client link at a quarter of the peer link', () => {
    expect(PEER_FRAME_LIMIT / CLIENT_FRAME_LIMIT).toBe(4)
    expect(() => decodeClientUpFrame(new Uint8Array(CLIENT_FRAME_LIMIT + 1))).toThrow(
      expect.objectContaining({ code: 'FRAME_TOO_LARGE' }),
    )
  })
})
