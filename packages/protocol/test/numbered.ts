/** Streams of one direction, as a genuine sender sends them. */

import * as fc from 'fast-check'
import type { PeerFrame } from '../src/index.js'
import { byes, greetings, peerFrames } from './arbitrary-frames.js'
import { yjsUpdates } from './yjs-updates.js'

/** Gives the `deltas` of a stream their numbers. */
export function numbered(frames: readonly PeerFrame[]): PeerFrame[] {
  let number = 0
  return frames.map((frame) => (frame.type === 'deltas' ? { ...frame, number: ++number } : frame))
}

/** A pool of updates to take from: genuine ones, and arbitrary bytes. */
const updates = fc.oneof(
  { weight: 3, arbitrary: yjsUpdates('attributes').chain((pool) => fc.constantFrom(...pool)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
)

/** A greeting, some frames, and a `bye`. */
export const peerStreams = fc
  .tuple(greetings, fc.array(peerFrames(updates), { maxLength: 8 }), byes)
  .map(([greeting, frames, bye]) => numbered([greeting, ...frames, bye]))
