/** Session keys. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { isSessionKey, sessionKey } from './session-key.js'
import { sha256 as sha256Node } from './sha256-node.js'
import { sha256 } from './sha256.js'

describe('a session key', () => {
  it('is the first 16 bytes of SHA-256 of the id, in hex [SES-1]', () => {
    expect(sessionKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223')
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), (id) => {
        fc.pre(Buffer.byteLength(id) <= 1024)
        expect(sessionKey(id)).toBe(createHash('sha256').update(id).digest('hex').slice(0, 32))
        expect(isSessionKey(sessionKey(id))).toBe(true)
      }),
    )
  })

  it('is hashed alike by Node and by JavaScript [SES-1]', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(sha256(bytes)).toBe(sha256Node(bytes))
      }),
    )
  })

  it.each([
    ['an empty id', ''],
    ['an id of more than 1,024 bytes', 'x'.repeat(1025)],
    ['an id of fewer characters but more bytes', 'ä'.repeat(513)],
    ['half a surrogate pair, which would share its key with others', 'a\ud800'],
    ['a number', 7],
    ['nothing', undefined],
  ])('is refused to %s', (_, id) => {
    const refused = expect.objectContaining({ code: 'SESSION_ID_INVALID' })
    expect(() => Reflect.apply(sessionKey, undefined, [id])).toThrowError(refused)
  })

  it('never shows the id in an error', () => {
    const withoutId = expect.objectContaining({ message: expect.not.stringContaining('secret') })
    expect(() => sessionKey('secret'.repeat(300))).toThrowError(withoutId)
  })

  it('is told from other text', () => {
    const short = 'ba7816bf8f01cfea414140de5dae222'
    for (const text of ['', short, `${short}A`, `${short}33`, 'x'.repeat(32), 5, undefined]) {
      expect(isSessionKey(text)).toBe(false)
    }
  })
})
