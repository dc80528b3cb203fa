import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { Document } from './document.js'
import { Lexicon, MOST_NUMBERS } from './lexicon.js'
import { LiveDocuments } from './live-documents.js'
import { encodeName } from './name.js'
import { packDocument, unpackDocument } from './packed.js'
import { encodeValue } from './value.js'
import { writerId } from './writer-id.js'

function numberOf(lexicon: Lexicon, name: string): number {
  const bytes = encodeName(name)
  return lexicon.names.numberOf(bytes, 0, bytes.length)
}

/** Meets something until it has a number, or for long enough to see that it gets none. */
function often(meet: () => number): number {
  let number = 0
  for (let times = 0; times < 100 && number === 0; times++) number = meet()
  return number
}

describe('a lexicon', () => {
  it('gives a number to what it meets often, one to equals, and knows it by that [DOC-26]', () => {
    const lexicon = new Lexicon()
    expect([numberOf(lexicon, 'theme'), lexicon.writers.numberOf(2 ** 52 + 1)]).toEqual([0, 0])
    const theme = often(() => numberOf(lexicon, 'theme'))
    const writer = often(() => lexicon.writers.numberOf(2 ** 52 + 1))
    const other = often(() => lexicon.writers.numberOf(2 ** 52 + 2))
    expect([theme, writer, other]).toEqual([1, 1, 2])
    expect([numberOf(lexicon, 'theme'), lexicon.writers.numberOf(2 ** 52 + 1)]).toEqual([1, 1])
    expect([Buffer.from(lexicon.names.nameOf(1)).toString(), lexicon.writers.idOf(1), lexicon.writers.idOf(2)]).toEqual(['theme', 2 ** 52 + 1, 2 ** 52 + 2])
    expect(lexicon.clients.numberOf(2 ** 52 + 1)).toBe(0)
  })

  it('gives none to long names, and so many at most, whoever makes up how many; all are packed all the same [DOC-26]', () => {
    const lexicon = new Lexicon()
    expect(often(() => numberOf(lexicon, 'x'.repeat(65)))).toBe(0)
    const numbers = Array.from({ length: MOST_NUMBERS + 100 }, (_, i) => often(() => numberOf(lexicon, `sku-${i}`)))
    expect(Math.max(...numbers)).toBe(MOST_NUMBERS)
    expect(numbers.filter((number) => number === 0)).toHaveLength(100)
    expect(new Set(numbers).size).toBe(MOST_NUMBERS + 1)
    const document = Document.empty('attributes', new LiveDocuments())
    const names = [`sku-${MOST_NUMBERS - 1}`, `sku-${MOST_NUMBERS + 50}`, 'x'.repeat(65)]
    document.append(writerId({ epoch: 1, nonce: 2, restart: 0, root: 'attributes' }), names.map((name, i) => ({ name, ...(i !== 1 && { value: encodeValue(i) }) })))
    const [resting, packed, unpacked] = [new ByteWriter(), new ByteWriter(), new ByteWriter()]
    document.rest(resting)
    packDocument(new ByteReader(resting.window(), 'DELTA_MALFORMED'), packed, lexicon)
    unpackDocument(new ByteReader(packed.window(), 'DELTA_MALFORMED'), unpacked, lexicon)
    expect(unpacked.take()).toEqual(resting.take())
  })
})
