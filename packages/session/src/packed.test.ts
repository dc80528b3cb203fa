/** What is packed says the same in fewer bytes, however near or far its numbers are. (resting.test.ts has it in all histories.) */
import { ByteReader, ByteWriter, encodeValue, Lexicon, LiveDocuments } from '@understudy/document'
import { expect, it } from 'vitest'
import { packSession, unpackSession } from './packed.js'
import { writeResting } from './resting.js'
import { Session } from './session.js'

const live = new LiveDocuments()

function resting(lastAccess: number, counter: number): Uint8Array {
  const session = Session.create({ terms: { createdAt: 2_000_000, stamp: 2_000_000 }, lastAccess, live })
  session.apply([{ op: 'set', name: 'theme', value: encodeValue('dark') }], { reign: { epoch: 2 ** 19, nonce: 4 }, now: lastAccess, operation: { client: 2 ** 52 + 1, counter } })
  const out = new ByteWriter()
  writeResting(out, session)
  return out.take()
}

function packed(bytes: Uint8Array, lexicon: Lexicon): Uint8Array {
  const out = new ByteWriter()
  packSession(new ByteReader(bytes, 'DELTA_MALFORMED'), out, lexicon)
  return out.take()
}

it.each([
  [2_000_001, 2_000_002],
  [1_999_999, 1],
  [2_000_000, Number.MAX_SAFE_INTEGER],
  [0, 2 ** 50 + 2_000_000],
])('last used at %d by operation %d it is unpacked as it was [STO-42]', (lastAccess, counter) => {
  const lexicon = new Lexicon()
  const bytes = resting(lastAccess, counter)
  for (let times = 0; times < 20; times++) {
    const out = new ByteWriter()
    unpackSession(new ByteReader(packed(bytes, lexicon), 'DELTA_MALFORMED'), out, lexicon)
    expect(out.take()).toEqual(bytes)
  }
})

it('names and ids that are met often take a byte or two [STO-42]', () => {
  const lexicon = new Lexicon()
  const bytes = resting(2_000_001, 2_000_002)
  const first = packed(bytes, lexicon).length
  for (let times = 0; times < 10; times++) packed(bytes, lexicon)
  // A writer and a client of 8 bytes each, told behind a 0 at first, and a name of 5 behind its length and that in two: 1, 1 and 1 are left.
  expect(first - packed(bytes, lexicon).length).toBe(8 + 8 + 6)
})
