/** Attribute names. */
import { describe, expect, it } from 'vitest'
import { checkName, encodeName, NAME_LIMIT } from './name.js'

describe('a name [DOC-9]', () => {
  const fine = ['a', '0', 'toString', 'user.name', 'ünïcode', '日本語', '😀', 'n'.repeat(NAME_LIMIT), '😀'.repeat(64)]
  it.each(fine)('may be %s', (name) => {
    expect(() => checkName(name)).not.toThrow()
    expect(encodeName(name)).toEqual(new TextEncoder().encode(name))
  })

  it.each([
    ['empty', ''],
    ['longer than 256 bytes', 'n'.repeat(257)],
    ['longer than 256 bytes in UTF-8', 'é'.repeat(129)],
    ['longer than 256 bytes by a surrogate pair', `${'😀'.repeat(64)}x`],
    ['half a surrogate pair', 'a\ud83d'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['prototype', 'prototype'],
  ])('must not be %s', (_what, name) => {
    expect(() => checkName(name)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
  })

  it('must be text, whatever a program without types passes', () => {
    for (const name of [undefined, null, 1, {}, ['a']]) {
      const check = (): unknown => Reflect.apply(checkName, undefined, [name])
      expect(check).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
    }
  })
})
