/** What people type into the filter. */
import { describe, expect, it } from 'vitest'
import { filterOf, NO_TEXTS } from './filter-form.js'

describe('the filter form', () => {
  it('asks for all living sessions when nothing is typed', () => {
    expect(filterOf(NO_TEXTS)).toEqual({ filter: {} })
  })

  it('turns minutes into ms, kB into bytes, and keys into lower case', () => {
    expect(filterOf({ key: ' AB12 ', attribute: 'theme', user: '7', minAge: '1,5', maxAge: '60', minSize: '4', state: 'all' })).toEqual({
      filter: { keyPrefix: 'ab12', attribute: 'theme', user: '7', minAge: 90_000, maxAge: 3_600_000, minBytes: 4_000, state: 'all' },
    })
  })

  it.each([
    ['key', 'my session id'],
    ['key', 'a'.repeat(33)],
    ['minAge', 'old'],
    ['maxAge', '-1'],
    ['minSize', 'large'],
  ])('says what is wrong with %s %j', (name, text) => {
    expect(filterOf({ ...NO_TEXTS, [name]: text })).toEqual({ wrong: expect.stringMatching(/\w/) })
  })

  it('wants ages in order', () => {
    expect(filterOf({ ...NO_TEXTS, minAge: '5', maxAge: '4' })).toEqual({ wrong: 'The least age is more than the greatest.' })
  })
})
