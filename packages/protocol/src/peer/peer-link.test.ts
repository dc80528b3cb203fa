import { deepStrictEqual } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { peerStreams } from '../../test/numbered.js'
import { sampleDelta, sampleKey, samplePeerFrames, sampleWelcome } from '../../test/sample-frames.js'
import { randomKey, randomOf } from '../../test/wire-stream.js'
import { sizeBound } from '../delta/session-delta-codec.js'
import type { SessionDeltaEntry } from '../delta/session-delta.js'
import { PEER_FRAME_LIMIT, SESSION_NUMBERS } from '../limits.js'
import { ProtocolError, type ProtocolErrorCode } from '../protocol-error.js'
import { PeerDecoder } from './peer-decoder.js'
import { PeerEncoder } from './peer-encoder.js'
import type { PeerFrame } from './peer-frame.js'
import { wholeBound } from './wholes.js'

const { hello, deltas, ping, bye, offer } = samplePeerFrames
const coded = (code: ProtocolErrorCode) => expect.objectContaining({ name: 'ProtocolError', code })

/** Both ends of one direction, which has begun. */
function openLink(): { encoder: PeerEncoder; decoder: PeerDecoder; send: (frame: PeerFrame) => PeerFrame } {
  const encoder = new PeerEncoder()
  const decoder = new PeerDecoder()
  decoder.decode(encoder.encode(hello))
  return { encoder, decoder, send: (frame) => decoder.decode(encoder.encode(frame)) }
}

/** A delta of nothing but a key and an update of `size` bytes. */
function sized(size: number): SessionDeltaEntry {
  return { key: sampleKey('b'), generation: 0, attributes: new Uint8Array(size) }
}

describe('a peer link', () => {
  it('gives every frame of a stream back as it was [PRO-1]', () => {
    fc.assert(
      fc.property(peerStreams, (frames) => {
        const encoder = new PeerEncoder()
        const decoder = new PeerDecoder()
        for (const frame of frames) expect(decoder.decode(encoder.encode(frame))).toEqual(frame)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps both sides in step beyond the last number of sessions, writers and clients [PRO-6]', () => {
    const random = randomOf(16_384)
    const keys = Array.from({ length: SESSION_NUMBERS + 4_000 }, () => randomKey(random))
    const { send } = openLink()
    const anyOf = (count: number) => Math.floor(random() * count)
    for (let number = 1; number <= 500; number++) {
      const entries = Array.from({ length: 100 }, (): SessionDeltaEntry => {
        const key = keys[anyOf(2) === 0 ? anyOf(keys.length) : anyOf(300)] ?? sampleKey('c')
        const attributes = Uint8Array.of(1, 1, ...small(anyOf(6_000)), 5, 0x88, 1, 4, 1, 117, 1, 119, 1, 97, 0)
        return { key, generation: 0, attributes, operations: [{ client: anyOf(6_000), counter: number }] }
      })
      const frame: PeerFrame = { type: 'deltas', number, time: hello.time + number, remaining: 0, entries }
      deepStrictEqual(send(frame), frame)
    }
  })

  it('hands out bytes that later frames leave alone [PRO-7]', () => {
    const { encoder } = openLink()
    const first = encoder.encode(deltas)
    const copy = first.slice()
    for (let time = 0; time < 100; time++) encoder.encode({ ...ping, time })
    expect(first).toEqual(copy)
  })

  it('takes a greeting of a newer version that says more than we know [PRO-9]', () => {
    const newer = new PeerEncoder().encode({ ...hello, version: 9 })
    expect(new PeerDecoder().decode(Uint8Array.of(...newer, 1, 2, 3))).toEqual({ ...hello, version: 9 })
    const ours = new PeerEncoder().encode(hello)
    expect(() => new PeerDecoder().decode(Uint8Array.of(...ours, 1))).toThrow(coded('FRAME_MALFORMED'))
  })

  it('refuses a greeting without a common version before it reads on [PRO-9]', () => {
    const foreign = Uint8Array.of(1, 0x55, 0x4e, 0x44, 0x59, 9, 8, 255, 255)
    expect(() => new PeerDecoder().decode(foreign)).toThrow(coded('VERSION_MISMATCH'))
    const http = new TextEncoder().encode('\u0001GET / HTTP/1.1')
    expect(() => new PeerDecoder().decode(http)).toThrow(coded('FRAME_MALFORMED'))
  })
})

describe('the order of frames', () => {
  it.each<[string, PeerFrame[]]>([
    ['a frame before the greeting', [ping]],
    ['a second greeting', [hello, sampleWelcome]],
    ['a frame after bye', [hello, bye, ping]],
    ['a second bye', [bye, bye]],
    ['deltas that begin with number 2', [hello, { ...deltas, number: 2 }]],
    ['the same deltas twice', [hello, deltas, deltas]],
  ])('refuses to send %s [PRO-11]', (_, frames) => {
    const encoder = new PeerEncoder()
    const last = frames.length - 1
    for (const frame of frames.slice(0, last)) encoder.encode(frame)
    expect(() => frames.slice(last).map((frame) => encoder.encode(frame))).toThrow(coded('FRAME_OUT_OF_ORDER'))
  })

  it('lets bye come even before a greeting [PRO-11]', () => {
    expect(new PeerDecoder().decode(new PeerEncoder().encode(bye))).toEqual(bye)
  })

  it('notices a lost, a doubled and a reordered frame [PRO-11]', () => {
    for (const arrivals of [[0, 2], [0, 1, 1], [1], [0, 1, 0]]) {
      const { encoder, decoder } = openLink()
      const sent = [1, 2, 3].map((number) => encoder.encode({ ...deltas, number }))
      const receive = () => arrivals.map((index) => decoder.decode(sent[index] ?? new Uint8Array()))
      expect(receive).toThrow(coded('FRAME_OUT_OF_ORDER'))
    }
  })

  it('notices the loss of so many frames that the byte on the wire is the same again [PRO-11]', () => {
    const { encoder, decoder } = openLink()
    const sent = Array.from({ length: 257 }, (_, index) =>
      encoder.encode({ type: 'deltas', number: index + 1, time: hello.time, remaining: 0, entries: [] }),
    )
    expect(sent[256]?.[1]).toBe(sent[0]?.[1])
    expect(() => decoder.decode(sent[256] ?? new Uint8Array())).toThrow(coded('FRAME_CHECKSUM'))
  })
})

describe('a failure', () => {
  it.each<[string, PeerFrame]>([
    ['deltas', deltas],
    ['offer', offer],
  ])('is noticed whichever bit of %s is damaged, and ends the decoder for good [PRO-12]', (_, frame) => {
    const genuine = new PeerEncoder()
    genuine.encode(hello)
    const bytes = genuine.encode(frame)
    for (let bit = 8; bit < 8 * bytes.length; bit++) {
      const { decoder, encoder } = openLink()
      const damaged = bytes.slice()
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => decoder.decode(damaged)).toThrow(ProtocolError)
      expect(() => decoder.decode(encoder.encode(frame))).toThrow('The link has failed before')
    }
  })

  it('ends the encoder too, if something was noted that the other side will not learn [PRO-12]', () => {
    const { encoder } = openLink()
    const wrong = { ...deltas, entries: [sampleDelta, { ...sampleDelta, frozenHash: -1 }] }
    expect(() => encoder.encode(wrong)).toThrow(coded('FRAME_MALFORMED'))
    expect(() => encoder.encode(ping)).toThrow('The link has failed before')
  })

  it('to encode any other frame changes nothing', () => {
    const { encoder, send } = openLink()
    const keys = Array.from({ length: PEER_FRAME_LIMIT / 16 }, () => sampleKey('d'))
    expect(() => encoder.encode({ type: 'ask', keys })).toThrow(coded('FRAME_TOO_LARGE'))
    expect(() => encoder.encode({ ...bye, code: 'C'.repeat(65) })).toThrow(coded('FRAME_MALFORMED'))
    expect(() => encoder.encode({ type: 'ack', number: -1 })).toThrow(coded('FRAME_MALFORMED'))
    expect(send(deltas)).toEqual(deltas)
  })

  it('of one who uses it without types is a ProtocolError as well', () => {
    const { encoder } = openLink()
    expect(() => Reflect.apply(encoder.encode, encoder, [{ type: 'ask' }])).toThrow(coded('FRAME_MALFORMED'))
    expect(() => Reflect.apply(new PeerEncoder().encode, new PeerEncoder(), [{ type: 'no' }])).toThrow(ProtocolError)
  })
})

describe('the limit', () => {
  it('lets a sender split a frame that is too large, and go on [PRO-4]', () => {
    const { encoder, send } = openLink()
    const entries = [sized(PEER_FRAME_LIMIT / 2), sized(PEER_FRAME_LIMIT / 2)]
    const frame: PeerFrame = { type: 'deltas', number: 1, time: hello.time, remaining: 0, entries }
    expect(() => encoder.encode(frame)).toThrow(coded('FRAME_TOO_LARGE'))
    const wholes = entries.map(({ key, attributes = new Uint8Array() }) => ({ key, bytes: attributes }))
    expect(() => encoder.encode({ ...frame, entries: [], wholes })).toThrow(coded('FRAME_TOO_LARGE'))
    expect(send({ ...frame, entries: entries.slice(0, 1) }).type).toBe('deltas')
  })

  it('is refused by the receiver before anything is read [PRO-4]', () => {
    const { decoder } = openLink()
    expect(() => decoder.decode(new Uint8Array(PEER_FRAME_LIMIT + 1))).toThrow(coded('FRAME_TOO_LARGE'))
  })

  it('has a bound that no entry exceeds', () => {
    fc.assert(
      fc.property(peerStreams, (frames) => {
        const encoder = new PeerEncoder()
        for (const frame of frames) {
          const { length } = encoder.encode(frame)
          if (frame.type !== 'deltas' && frame.type !== 'offer') continue
          const wholes = frame.type === 'deltas' ? (frame.wholes ?? []) : []
          const bounds = [...frame.entries.map(sizeBound), ...wholes.map(wholeBound)]
          expect(length).toBeLessThanOrEqual(64 + bounds.reduce((sum, bound) => sum + bound, 0))
        }
      }),
    )
  })
})

/** A number below 2^14 as varUint. */
function small(value: number): number[] {
  return value < 128 ? [value] : [0x80 | (value & 127), value >> 7]
}
