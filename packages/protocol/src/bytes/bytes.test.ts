import * as fc from 'fast-check'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'

const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.nat(52).map((exponent) => 2 ** exponent),
  fc.nat(53).map((exponent) => 2 ** exponent - 1),
)

const double = fc.double({ noNaN: true, noDefaultInfinity: true })

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(1_000_000)
  write(writer)
  return writer.finish()
}

function byLib0(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  write(encoder)
  return encoding.toUint8Array(encoder)
}

function reading(...bytes: number[]): ByteReader {
  const reader = new ByteReader()
  reader.reset(Uint8Array.from(bytes))
  return reader
}

const malformed = expect.objectContaining({ name: 'ProtocolError', code: 'FRAME_MALFORMED' })

describe('ByteWriter', () => {
  it('writes integers and text as lib0 does', () => {
    fc.assert(
      fc.property(integer, fc.string({ unit: 'grapheme' }), (value, text) => {
        const size = Math.abs(value)
        expect(written((it) => it.varUint(size))).toEqual(byLib0((it) => encoding.writeVarUint(it, size)))
        expect(written((it) => it.varInt(value))).toEqual(byLib0((it) => encoding.writeVarInt(it, value)))
        expect(written((it) => it.text(text))).toEqual(byLib0((it) => encoding.writeVarString(it, text)))
      }),
      { numRuns: 5_000 },
    )
  })

  it('never writes again to what it handed out [PRO-7]', () => {
    const writer = new ByteWriter(1_000_000)
    const handedOut = [3, 1_000, 40_000, 70_000, 5, 200_000, 9, 32_768].map((length, index) => {
      writer.raw(new Uint8Array(length).fill(index))
      return writer.finish()
    })
    for (const [index, bytes] of handedOut.entries()) expect(bytes.every((byte) => byte === index)).toBe(true)
    expect(new Set(handedOut.map((bytes) => bytes.buffer)).size).toBe(handedOut.length)
  })

  it('refuses a frame beyond its limit', () => {
    const tooLarge = expect.objectContaining({ code: 'FRAME_TOO_LARGE' })
    const writer = new ByteWriter(100)
    writer.raw(new Uint8Array(101))
    expect(() => writer.finish()).toThrow(tooLarge)
    expect(() => new ByteWriter(2_000).raw(new Uint8Array(3_000))).toThrow(tooLarge)
  })

  it.each<[string, (writer: ByteWriter) => void]>([
    ['a negative size', (it) => it.varUint(-1)],
    ['a fraction', (it) => it.varUint(0.5)],
    ['an integer beyond 53 bits', (it) => it.varInt(2 ** 53)],
    ['NaN', (it) => it.varInt(NaN)],
    ['a large byte', (it) => it.uint8(256)],
    ['a negative hash', (it) => it.uint32(-1)],
    ['an infinite number', (it) => it.float64(Infinity)],
    ['a key in upper case', (it) => it.key('A'.repeat(32))],
    ['a key that is too short', (it) => it.key('a'.repeat(31))],
    ['a key with foreign letters', (it) => it.key('ā'.repeat(32))],
  ])('refuses %s', (_, write) => {
    expect(() => written(write)).toThrow(malformed)
  })
})

describe('ByteReader', () => {
  it('reads what ByteWriter and lib0 write', () => {
    fc.assert(
      fc.property(integer, fc.string({ unit: 'grapheme' }), double, (value, text, float) => {
        const bytes = written((it) => {
          it.varInt(value)
          it.varUint(Math.abs(value))
          it.text(text)
          it.float64(float)
        })
        const theirs = decoding.createDecoder(bytes)
        const reader = new ByteReader()
        reader.reset(bytes)
        expect(reader.varInt()).toBe(value + 0)
        expect(decoding.readVarInt(theirs)).toBe(value + 0)
        expect(reader.varUint()).toBe(decoding.readVarUint(theirs))
        expect(reader.text(10_000)).toBe(decoding.readVarString(theirs))
        expect(reader.float64()).toBe(decoding.readFloat64(theirs))
        reader.end()
      }),
      { numRuns: 5_000 },
    )
  })

  it.each<[string, () => unknown]>([
    ['an integer in more bytes than needed', () => reading(0x81, 0).varUint()],
    ['a negative zero', () => reading(0x40).varInt()],
    ['an integer beyond 53 bits', () => reading(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f).varUint()],
    ['an integer without end', () => reading(...Array<number>(100).fill(0x80)).varUint()],
    ['a cut integer', () => reading(0x80).varUint()],
    ['a cut hash', () => reading(1, 2, 3).uint32()],
    ['a cut key', () => reading(1, 2, 3).key()],
    ['more bytes than there are', () => reading(0xff, 0xff, 0x7f, 1).sized()],
    ['a longer text than allowed', () => reading(3, 97, 97, 97).text(2)],
    ['a text that is not UTF-8', () => reading(2, 0xc3, 0x28).text(9)],
    ['NaN', () => reading(0x7f, 0xf8, 0, 0, 0, 0, 0, 0).float64()],
    ['trailing bytes', () => reading(1).end()],
  ])('refuses %s [PRO-2]', (_, read) => {
    expect(read).toThrow(malformed)
  })

  it('does not look beyond its own part of a buffer, and hands out plain copies [PRO-2]', () => {
    const pool = Buffer.from([9, 2, 7, 8, 9, 9])
    const reader = new ByteReader()
    reader.reset(pool.subarray(1, 4))
    const bytes = reader.sized()
    expect(() => reader.uint8()).toThrow(malformed)
    pool.fill(0)
    expect(bytes.constructor).toBe(Uint8Array)
    expect([...bytes]).toEqual([7, 8])
  })
})
