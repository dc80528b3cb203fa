import crc32 from 'crc-32'
import { expect, it } from 'vitest'
import { sampleDownFrames, samplePeerFrames, sampleUpFrames, sampleWelcome } from '../test/sample-frames.js'
import { encodeClientDownFrame, encodeClientUpFrame } from './client/client-codec.js'
import { FrameBatch } from './client/frame-batch.js'
import { PeerEncoder } from './peer/peer-encoder.js'
import { PROTOCOL_VERSION } from './version.js'

/**
 * The hash of all sample frames in each version. When this fails you have changed bytes: raise PROTOCOL_VERSION, add
 * the new hash here and a line to the history in PROTOCOL.md. Never change a hash of a released version.
 */
const HASHES: Readonly<Record<number, string>> = {
  1: 'e4a9d33c',
  2: 'fc4fd89',
  3: '63e5e5a1',
  4: '21074b',
  5: '71466b0d',
}

function batch<F extends { readonly type: string }>(frames: FrameBatch<F>, samples: readonly F[]): Uint8Array {
  for (const sample of samples) frames.add(sample)
  return frames.take()
}

it('has the bytes of its version [PRO-10]', () => {
  const encoder = new PeerEncoder()
  const frames = [
    ...Object.values(samplePeerFrames).map((frame) => encoder.encode(frame)),
    new PeerEncoder().encode(sampleWelcome),
    ...Object.values(sampleUpFrames).map(encodeClientUpFrame),
    ...Object.values(sampleDownFrames).map(encodeClientDownFrame),
    batch(FrameBatch.up(), Object.values(sampleUpFrames)),
    batch(FrameBatch.down(), Object.values(sampleDownFrames)),
  ]
  const hash = frames.reduce((seed, frame) => crc32.buf(frame, seed), 0) >>> 0
  expect(hash.toString(16)).toBe(HASHES[PROTOCOL_VERSION])
})
