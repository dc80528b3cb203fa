import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleInspectDownFrames, sampleInspectUpFrames } from '../../test/sample-inspect-frames.js'
import { ProtocolError } from '../protocol-error.js'
import { decodeInspectDownFrame, decodeInspectUpFrame, encodeInspectDownFrame, encodeInspectUpFrame } from './inspect-codec.js'
import { INSPECT_UP_LIMIT, SHOWN_DEPTH } from './limits.js'

const bytesOf = (frame: unknown): Uint8Array => new TextEncoder().encode(typeof frame === 'string' ? frame : JSON.stringify(frame))
const up = (frame: unknown): unknown => decodeInspectUpFrame(bytesOf(frame))
const KEY = '00112233445566778899aabbccddeeff'

/** A value nested so deep. */
function nested(depth: number): unknown {
  let value: unknown = { type: 'null' }
  for (let i = 1; i < depth; i++) value = { type: 'array', items: [value] }
  return value
}

describe('frames of the inspect link', () => {
  it.each(sampleInspectUpFrames.map((frame) => [frame.type, frame] as const))('come back from bytes as they were: %s [INS-1]', (_, frame) => {
    expect(decodeInspectUpFrame(encodeInspectUpFrame(frame))).toEqual(frame)
  })

  it.each(sampleInspectDownFrames.map((frame) => [frame.type, frame] as const))('come back from bytes as they were: %s, from a node [INS-1]', (_, frame) => {
    expect(decodeInspectDownFrame(encodeInspectDownFrame(frame))).toEqual(frame)
  })

  it('lose the fields that this version does not know, so that a newer end may say more [INS-2]', () => {
    expect(up({ type: 'compare', request: 1, key: KEY, later: { much: 'more' } })).toEqual({ type: 'compare', request: 1, key: KEY })
  })

  it('of a type that this version does not know are told apart from damaged ones [INS-2]', () => {
    expect(() => up({ type: 'later', request: 1 })).toThrow(expect.objectContaining({ code: 'FRAME_UNKNOWN' }))
    expect(() => decodeInspectDownFrame(bytesOf({ type: '__proto__' }))).toThrow(expect.objectContaining({ code: 'FRAME_UNKNOWN' }))
  })
})

describe('what is no frame', () => {
  it.each<readonly [string, unknown]>([
    ['not JSON', '{'],
    ['nothing', ''],
    ['a text', '"hello"'],
    ['a list', []],
    ['null', 'null'],
    ['without type', { request: 1 }],
    ['a number as type', { type: 1 }],
    ['without a field', { type: 'look', request: 1 }],
    ['a key in capitals', { type: 'look', request: 1, key: KEY.toUpperCase() }],
    ['a key that is a session id', { type: 'look', request: 1, key: 'sess:42' }],
    ['a negative offset', { type: 'page', request: 1, offset: -1, limit: 1 }],
    ['a page without end', { type: 'page', request: 1, offset: 0, limit: 1e9 }],
    ['a fraction', { type: 'page', request: 1.5, offset: 0, limit: 1 }],
    ['a name that is too long', { type: 'reveal', request: 1, key: KEY, name: 'x'.repeat(257) }],
    ['an action that is none', { type: 'act', request: 1, action: { kind: 'format', key: KEY } }],
    ['an action without its key', { type: 'act', request: 1, action: { kind: 'destroy' } }],
    ['an inherited field', '{"type":"look","request":1,"__proto__":{"key":"00112233445566778899aabbccddeeff"}}'],
    ['an inherited type', '{"__proto__":{"type":"watchCluster"},"request":1}'],
    ['a value nested too deep', { type: 'act', request: 1, action: { kind: 'set', key: KEY, name: 'a', value: nested(SHOWN_DEPTH + 1) } }],
    ['a number in words', { type: 'act', request: 1, action: { kind: 'set', key: KEY, name: 'a', value: { type: 'number', value: 'many' } } }],
    ['a bigint with a point', { type: 'act', request: 1, action: { kind: 'set', key: KEY, name: 'a', value: { type: 'bigint', value: '1.5' } } }],
    ['bytes that are no base64', { type: 'act', request: 1, action: { kind: 'set', key: KEY, name: 'a', value: { type: 'bytes', value: '<>' } } }],
  ])('is refused and says where it is wrong: %s [INS-3]', (_, frame) => {
    expect(() => up(frame)).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }))
  })

  it('is named by its path [INS-3]', () => {
    expect(() => up({ type: 'query', request: 1, filter: { minBytes: 'many' } })).toThrow('frame.filter.minBytes must be a whole number')
  })

  it('is refused when it is no UTF-8, or too long, before it is parsed [INS-3]', () => {
    expect(() => decodeInspectUpFrame(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }))
    expect(() => decodeInspectUpFrame(new Uint8Array(INSPECT_UP_LIMIT + 1))).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }))
    expect(() => up('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }))
  })

  it('is refused with an error of this package, however a frame was damaged [INS-3]', () => {
    const samples = [...sampleInspectUpFrames.map(encodeInspectUpFrame), ...sampleInspectDownFrames.map(encodeInspectDownFrame)]
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }), (sample, strokes) => {
        const damaged = sample.slice()
        for (const [at, byte] of strokes) damaged[at % damaged.length] = byte
        for (const decode of [decodeInspectUpFrame, decodeInspectDownFrame]) {
          try {
            decode(damaged)
          } catch (error) {
            if (!(error instanceof ProtocolError)) throw error
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
