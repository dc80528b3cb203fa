import { expect, it } from 'vitest'
import { samplePeerFrames } from '../../test/sample-frames.js'
import { PeerDecoder } from './peer-decoder.js'
import { PeerEncoder } from './peer-encoder.js'
import type { SlotMark } from './slot-mark.js'

/** A list of marks as it arrives on a link. */
function read(...bytes: readonly number[]): unknown {
  const decoder = new PeerDecoder()
  decoder.decode(new PeerEncoder().encode(samplePeerFrames.hello))
  const frame = decoder.decode(Uint8Array.of(5, ...bytes))
  return frame.type === 'marks' ? frame.slots : undefined
}

function sizeOf(slots: readonly SlotMark[]): number {
  const encoder = new PeerEncoder()
  encoder.encode(samplePeerFrames.hello)
  return encoder.encode({ type: 'marks', slots }).length
}

const malformed = expect.objectContaining({ code: 'FRAME_MALFORMED' })
const digest = [1, 0, 0, 0, 2, 0, 0, 0]

it('is read with what the mark before it tells', () => {
  const first = { slot: 0, epoch: 7, sequence: 9, digest: [1, 2], count: 3, reigns: true }
  expect(read(2, 1 | 8, 7, 9, ...digest, 3, 1 | 2 | 4 | 16, 1, 5, 6)).toEqual([
    first,
    { slot: 1, epoch: 7, sequence: 1, digest: [0, 0], count: 0, reigns: false, forgotten: { destroyed: 5, expired: 6 } },
  ])
})

it.each<[string, number[]]>([
  ['a slot that is told though it follows', [1, 2 | 4, 0, 1]],
  ['an epoch that is told though it is the same', [1, 1 | 4, 0, 1]],
  ['a digest and a count of nothing', [1, 1 | 2, 1, ...Array<number>(8).fill(0), 0]],
  ['a flag that there is not', [1, 1 | 2 | 4 | 32, 1]],
  ['a slot beyond the last', [1, 2 | 4, 0x80, 2, 1]],
  ['a slot that follows the last', [2, 2 | 4, 0xff, 1, 1, 1 | 2 | 4, 1]],
  ['more marks than slots', [0x81, 2, ...Array<number>(600).fill(0)]],
  ['an end within a mark', [1, 1 | 2, 1, 0]],
])('has one spelling; refused is %s [PRO-2]', (_, bytes) => {
  expect(() => read(...bytes)).toThrow(malformed)
})

it('takes at most 13 bytes in a list of all slots with 400 sessions each, and 2 where there is nothing [PRO-21]', () => {
  const full = Array.from({ length: 256 }, (_, slot): SlotMark => {
    return { slot, epoch: 300, sequence: 1_000 + slot, digest: [0xdead_beef, slot], count: 400, reigns: slot % 3 === 0 }
  })
  expect(sizeOf(full)).toBeLessThanOrEqual(256 * 13 + 8)
  const empty = full.map((mark): SlotMark => ({ ...mark, sequence: 1, digest: [0, 0], count: 0 }))
  expect(sizeOf(empty)).toBeLessThanOrEqual(256 * 2 + 8)
})
