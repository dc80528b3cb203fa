import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { downFrames, upFrames } from '../../test/arbitrary-frames.js'
import {
  decodeClientDownFrame,
  decodeClientUpFrame,
  encodeClientDownFrame,
  encodeClientUpFrame,
} from './client-codec.js'

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
