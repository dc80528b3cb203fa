import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { byes, greetings, peerFrames } from '../../test/arbitrary-frames.js'
import { PeerDecoder } from './peer-decoder.js'
import { PeerEncoder } from './peer-encoder.js'
import type { PeerFrame } from './peer-frame.js'

/** Gives the `deltas` of a stream their numbers. */
export function numbered(frames: readonly PeerFrame[]): PeerFrame[] {
  let number = 0
  return frames.map((frame) => (frame.type === 'deltas' ? { ...frame, number: ++number } : frame))
}

const streams = fc
  .tuple(greetings, fc.array(peerFrames(fc.uint8Array({ maxLength: 60 })), { maxLength: 12 }), byes)
  .map(([greeting, frames, bye]) => numbered([greeting, ...frames, bye]))

it('gives every frame of a stream back as it was [PRO-1]', () => {
  fc.assert(
    fc.property(streams, (frames) => {
      const encoder = new PeerEncoder()
      const decoder = new PeerDecoder()
      for (const frame of frames) expect(decoder.decode(encoder.encode(frame))).toEqual(frame)
    }),
    { numRuns: 500 },
  )
})
