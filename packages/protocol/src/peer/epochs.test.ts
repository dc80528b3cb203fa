import { expect, it } from 'vitest'
import { samplePeerFrames } from '../../test/sample-frames.js'
import type { Epochs } from './epochs.js'
import { PeerDecoder } from './peer-decoder.js'
import { PeerEncoder } from './peer-encoder.js'

/** Reigns as they arrive on a link. */
function read(...bytes: readonly number[]): Epochs | undefined {
  const decoder = new PeerDecoder()
  decoder.decode(new PeerEncoder().encode(samplePeerFrames.hello))
  const frame = decoder.decode(Uint8Array.of(17, ...bytes))
  return frame.type === 'reigns' ? frame.epochs : undefined
}

function encoded(epochs: Epochs): Uint8Array {
  const encoder = new PeerEncoder()
  encoder.encode(samplePeerFrames.hello)
  return encoder.encode({ type: 'reigns', epochs })
}

/** A set of these slots, below 8. */
function slots(bits: number): number[] {
  return [bits, ...Array<number>(31).fill(0)]
}

const malformed = expect.objectContaining({ code: 'FRAME_MALFORMED' })

it('are read as runs over the slots that are reigned', () => {
  const table = read(1, ...slots(0b1011_0001), 7, 1, 9, 0, 7, 0)
  expect(Array.from(table ?? []).slice(0, 9)).toEqual([7, 0, 0, 0, 7, 9, 0, 7, 0])
  expect(Array.from(read(0) ?? []).every((epoch) => epoch === 0)).toBe(true)
})

it.each<[string, number[]]>([
  ['a set without a slot', [1, ...slots(0)]],
  ['fewer epochs than slots', [1, ...slots(0b11), 7, 0]],
  ['more epochs than slots', [1, ...slots(0b11), 7, 2]],
  ['a run more than there are slots', [1, ...slots(0b1), 7, 0, 8, 0]],
  ['two runs in one epoch', [1, ...slots(0b11), 7, 0, 7, 0]],
  ['epoch 0', [1, ...slots(0b1), 0, 0]],
  ['neither some nor none', [2]],
  ['a set that ends early', [1, 1, 2, 3]],
])('have one spelling; refused is %s [PRO-2]', (_, bytes) => {
  expect(() => read(...bytes)).toThrow(malformed)
})

it('of another number of slots, or in epochs that are no integers, are not sent', () => {
  expect(() => encoded(new Float64Array(255))).toThrow(malformed)
  expect(() => encoded(new Float64Array(256).fill(0.5))).toThrow(malformed)
  expect(() => encoded(new Float64Array(256).fill(-1))).toThrow(malformed)
})

it('that began together take at most 40 bytes, however many they are [PRO-21]', () => {
  for (const share of [1, 2, 3, 5]) {
    const table = Float64Array.from({ length: 256 }, (_, slot) => (slot % share === 0 ? 70_000 : 0))
    expect(encoded(table).length).toBeLessThanOrEqual(40)
  }
})
