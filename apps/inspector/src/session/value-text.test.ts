/** What an admin types is the value that is saved. */
import { describe, expect, it } from 'vitest'
import { textOf, valueOf } from './value-text.js'

describe('a typed text', () => {
  it.each([
    ['string', ' 12 ', { type: 'string', value: ' 12 ' }],
    ['number', '-3.5', { type: 'number', value: -3.5 }],
    ['number', '-0', { type: 'number', value: '-0' }],
    ['boolean', 'true', { type: 'boolean', value: true }],
    ['bigint', '9007199254740993', { type: 'bigint', value: '9007199254740993' }],
    ['null', '', { type: 'null' }],
    ['JSON', '{"__proto__":[1,null]}', { type: 'object', members: [['__proto__', { type: 'array', items: [{ type: 'number', value: 1 }, { type: 'null' }] }]] }],
  ] as const)('of type %s, %j, is a value', (type, text, value) => {
    expect(valueOf(type, text)).toEqual({ value })
  })

  it.each([['number', ''], ['number', 'NaN'], ['number', '1e999'], ['boolean', 'yes'], ['bigint', '1.5'], ['JSON', '{']] as const)('of type %s, %j, is refused with what to do', (type, text) => {
    expect(valueOf(type, text)).toEqual({ wrong: expect.stringMatching(/\w/) })
  })
})

describe('a value', () => {
  it('comes back as it was', () => {
    const value = { type: 'object', members: [['a', { type: 'array', items: [{ type: 'string', value: 'x' }] }], ['b', { type: 'boolean', value: false }]] } as const
    const text = textOf(value)
    expect(text?.type).toBe('JSON')
    expect(valueOf('JSON', text?.text ?? '')).toEqual({ value })
  })

  it('that JSON cannot hold, or that is not whole, is not offered for editing', () => {
    expect(textOf({ type: 'bytes', value: 'AQI=' })).toBeUndefined()
    expect(textOf({ type: 'array', items: [{ type: 'bigint', value: '1' }] })).toBeUndefined()
    expect(textOf({ type: 'array', items: [{ type: 'number', value: 'NaN' }] })).toBeUndefined()
    expect(textOf({ type: 'object', members: [], omitted: 3 })).toBeUndefined()
    expect(textOf({ type: 'object', members: [['password', { type: 'denied' }]] })).toBeUndefined()
  })
})
