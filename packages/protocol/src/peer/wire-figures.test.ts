import { deepStrictEqual } from 'node:assert/strict'
import { describe, expect, it } from 'vitest'
import { samplePeerFrames } from '../../test/sample-frames.js'
import { randomOf, wireStream } from '../../test/wire-stream.js'
import type { Deltas } from './deltas.js'
import { PeerDecoder } from './peer-decoder.js'
import { PeerEncoder } from './peer-encoder.js'

const STARTED_AT = samplePeerFrames.hello.time

function openEncoder(): PeerEncoder {
  const encoder = new PeerEncoder()
  encoder.encode(samplePeerFrames.hello)
  return encoder
}

describe('the wire', () => {
  it('takes at most 46 bytes for one changed attribute, and 12 for a frame [PRO-8]', () => {
    const sessions = 2_000
    const encoder = openEncoder()
    const decoder = new PeerDecoder()
    decoder.decode(new PeerEncoder().encode(samplePeerFrames.hello))
    let bytes = 0
    let raw = 0
    let entries = 0
    let longest = 0
    let seen = 0
    for (const frame of wireStream({ sessions, rounds: 6, entriesAFrame: 50, startedAt: STARTED_AT }, randomOf(46))) {
      const encoded = encoder.encode(frame)
      deepStrictEqual(decoder.decode(encoded), frame)
      seen += frame.entries.length
      if (seen <= sessions) continue
      bytes += encoded.length - overheadOf(frame)
      entries += frame.entries.length
      raw += frame.entries.reduce((sum, { attributes }) => sum + (attributes?.length ?? 0), 0)
      longest = Math.max(longest, encoded.length)
    }
    const each = bytes / entries
    const yjs = raw / entries
    process.stderr.write(`wire: ${each.toFixed(1)} bytes an entry; Yjs' update alone has ${yjs.toFixed(1)}\n`)
    expect(each).toBeLessThanOrEqual(46)
    expect(longest).toBeLessThanOrEqual(50 * 46 + 12)
  })

  it('takes at most 12 bytes for what stands around the entries, also after long silence [PRO-8]', () => {
    const encoder = openEncoder()
    const frame: Deltas = { type: 'deltas', number: 1, time: STARTED_AT, remaining: 0, entries: [] }
    encoder.encode(frame)
    const later = { ...frame, number: 2, time: STARTED_AT + 900_000, remaining: 100_000 }
    expect(encoder.encode(later).length).toBeLessThanOrEqual(12)
  })
})

/** What the frame takes without its entries, measured: the same frame, empty. */
function overheadOf(frame: Deltas): number {
  const encoder = openEncoder()
  const encoded = encoder.encode({ ...frame, number: 1, time: STARTED_AT + 5, entries: [] })
  return encoded.length
}
