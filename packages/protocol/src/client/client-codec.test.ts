import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downFrames, upFrames } from '../../test/arbitrary-frames.js'
import { sampleDelta, sampleDownFrames, sampleKey, sampleUpFrames } from '../../test/sample-frames.js'
import {
  decodeClientDownFrame,
  decodeClientDownMessage,
  decodeClientUpFrame,
  decodeClientUpMessage,
  encodeClientDownFrame,
  encodeClientUpFrame,
} from './client-codec.js'
import { FrameBatch } from './frame-batch.js'

it('gives every frame from client to node back as it was [PRO-1]', () => {
  fc.assert(
    fc.property(upFrames, (frame) => {
      expect(decodeClientUpFrame(encodeClientUpFrame(frame))).toEqual(frame)
    }),
    { numRuns: 1_000 },
  )
})

it('gives every frame from node to client back as it was [PRO-1]', () => {
  fc.assert(
    fc.property(downFrames(fc.uint8Array({ maxLength: 60 })), (frame) => {
      expect(decodeClientDownFrame(encodeClientDownFrame(frame))).toEqual(frame)
    }),
    { numRuns: 1_000 },
  )
})

it('gives frames that shared a message back as they were, in order [PRO-20]', () => {
  const up = FrameBatch.up()
  const down = FrameBatch.down()
  fc.assert(
    fc.property(fc.array(upFrames, { minLength: 1, maxLength: 8 }), fc.array(downFrames(fc.uint8Array({ maxLength: 60 })), { minLength: 1, maxLength: 8 }), (asked, answered) => {
      for (const frame of asked) up.add(frame)
      for (const frame of answered) down.add(frame)
      expect(decodeClientUpMessage(up.take())).toEqual(asked)
      expect(decodeClientDownMessage(down.take())).toEqual(answered)
      expect([up.isEmpty, down.isEmpty]).toEqual([true, true])
    }),
    { numRuns: 500 },
  )
})

const malformed = expect.objectContaining({ name: 'ProtocolError', code: 'FRAME_MALFORMED' })

describe('the client link', () => {
  it('reads every frame by itself, in any order and after any failure', () => {
    const { changed, opened } = sampleDownFrames
    const first = encodeClientDownFrame(changed)
    expect(() => decodeClientDownFrame(first.subarray(1))).toThrow()
    expect(encodeClientDownFrame(changed)).toEqual(first)
    expect(decodeClientDownFrame(encodeClientDownFrame(opened))).toEqual(opened)
    expect(decodeClientDownFrame(first)).toEqual(changed)
  })

  it('takes a frame that is too large into no message, however large those before were [PRO-20]', () => {
    const batch = FrameBatch.up()
    const { ping, save } = sampleUpFrames
    const saveOf = (bytes: number): typeof save => ({ ...save, operations: [{ op: 'set', name: 'a', value: new Uint8Array(bytes) }] })
    const [large, tooLarge] = [saveOf(1_000_000), saveOf(1_048_577)]
    for (let round = 0; round < 2; round++) {
      for (const frame of [ping, large]) batch.add(frame)
      expect(() => batch.add(large)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }))
      expect(decodeClientUpMessage(batch.take())).toEqual([ping, large])
      expect(() => batch.add(tooLarge)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }))
      expect(batch.isEmpty).toBe(true)
    }
  })

  it('loses nothing of a message when a frame cannot be added to it, and names what is repeated by number [PRO-20]', () => {
    const batch = FrameBatch.down()
    const { changed, pong } = sampleDownFrames
    batch.add(changed)
    const once = encodeClientDownFrame(changed).length
    batch.add(changed)
    expect(() => batch.add({ ...changed, key: 'not a key' } as never)).toThrow(malformed)
    const bytes = batch.take()
    expect(decodeClientDownMessage(bytes)).toEqual([changed, changed])
    expect(bytes.length).toBeLessThan(2 * once)
    expect(decodeClientDownMessage(encodeClientDownFrame(pong))).toEqual([pong])
    expect(() => decodeClientDownMessage(Uint8Array.of(...bytes, 255))).toThrow()
  })

  it('does not take a frame of the other direction [PRO-2]', () => {
    const unknown = expect.objectContaining({ code: 'FRAME_UNKNOWN' })
    expect(() => decodeClientUpFrame(encodeClientDownFrame(sampleDownFrames.pong))).toThrow(unknown)
    expect(() => decodeClientDownFrame(encodeClientUpFrame(sampleUpFrames.ping))).toThrow(unknown)
  })

  it('refuses trailing bytes, but for the hello of a newer version [PRO-2]', () => {
    const { hello, touch } = sampleUpFrames
    expect(() => decodeClientUpFrame(Uint8Array.of(...encodeClientUpFrame(touch), 0))).toThrow(malformed)
    const newer = { ...hello, version: 7 }
    expect(() => decodeClientUpFrame(Uint8Array.of(...encodeClientUpFrame(hello), 0))).toThrow(malformed)
    expect(decodeClientUpFrame(Uint8Array.of(...encodeClientUpFrame(newer), 0))).toEqual(newer)
  })

  it('refuses a client without a common version [PRO-9]', () => {
    const foreign = encodeClientUpFrame({ ...sampleUpFrames.hello, version: 9, minVersion: 8 })
    expect(() => decodeClientUpFrame(foreign)).toThrow(expect.objectContaining({ code: 'VERSION_MISMATCH' }))
  })

  it('cuts a message for people that is too long, rather than lose it', () => {
    const frame = { ...sampleDownFrames.failure, message: 'a'.repeat(5_000) }
    expect(decodeClientDownFrame(encodeClientDownFrame(frame))).toEqual({ ...frame, message: 'a'.repeat(1_024) })
  })

  it('refuses to encode what does not fit', () => {
    const { placement, save, saved, changed, failure } = sampleDownAndUp
    const { primaries } = placement.placement
    const refused = [
      { ...placement, placement: { ...placement.placement, primaries: primaries.slice(1) } },
      { ...placement, placement: { ...placement.placement, nodes: [] } },
      { ...saved, copies: -1 },
      { ...changed, delta: { ...sampleDelta, key: sampleKey('b') } },
      { ...failure, code: 'C'.repeat(65) },
    ]
    for (const frame of refused) expect(() => encodeClientDownFrame(frame)).toThrow(malformed)
    const long = { ...save, operations: [{ op: 'remove', name: 'é'.repeat(129) } as const] }
    expect(() => encodeClientUpFrame(long)).toThrow(malformed)
    expect(() => encodeClientUpFrame({ ...save, operations: [{ op: 'remove', name: 'é'.repeat(128) }] })).not.toThrow()
  })

  it('refuses a placement whose primary is no node [PRO-2]', () => {
    const bytes = encodeClientDownFrame(sampleDownFrames.placement)
    bytes[bytes.length - 1] = 1
    expect(() => decodeClientDownFrame(bytes)).toThrow(malformed)
  })
})

const sampleDownAndUp = { ...sampleDownFrames, save: sampleUpFrames.save }
