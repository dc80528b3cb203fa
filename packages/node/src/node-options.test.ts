/** What names a session's user. */
import { describe, expect, it } from 'vitest'
import { resolveOptions } from './node-options.js'

describe('the option userAttribute', () => {
  it.each([
    ['user', ['user']],
    ['passport.user', ['passport', 'user']],
    [['user.id'], ['user.id']],
    [undefined, undefined],
  ])('%j is the path %j [USR-8]', (userAttribute, path) => {
    expect(resolveOptions({ name: 'a', userAttribute }).userAttribute).toEqual(path)
  })

  it.each(['', '.', 'a..b', '__proto__', 'passport.constructor', [], [''], [7], 7, {}, 'x'.repeat(257)])('%j is refused [USR-8]', (userAttribute) => {
    // As a program without types would.
    const options: unknown = { name: 'a', userAttribute }
    expect(() => Reflect.apply(resolveOptions, undefined, [options])).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })
})
