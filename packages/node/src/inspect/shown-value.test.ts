import { decodeValue, encodeValue } from '@understudy/document'
import type { Value } from '@understudy/document'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DenyList } from './deny-list.js'
import { hiddenValue } from './hidden-value.js'
import { showValue, valueOf } from './shown-value.js'

const deny = new DenyList()

const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.double(), fc.constantFrom(-0, Number.NaN, 1 / 0, -1 / 0), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.string({ unit: 'binary' }), fc.uint8Array())
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.string().map((name) => `n${name}`), tie('value'), { maxKeys: 4 })),
}))

describe('values in clear', () => {
  it('come back as they were, through JSON, whatever they are [INS-13]', () => {
    fc.assert(
      fc.property(value, (given) => {
        const encoded = encodeValue(given)
        const shown = showValue(decodeValue(encoded), new DenyList())
        // Names are drawn at random: what happens to be denied cannot come back.
        if (JSON.stringify(shown).includes('"denied"')) return
        expect(encodeValue(valueOf(JSON.parse(JSON.stringify(shown))))).toEqual(encoded)
      }),
    )
  })

  it('do not hold what is denied inside of them, and cannot be written back then [INS-12]', () => {
    const shown = showValue({ login: { user: 'u', password: 'hunter2', list: [{ apiKey: 'k' }] } }, deny)
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|"k"/)
    expect(() => valueOf(shown)).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }))
  })

  it('of too many parts are cut, and say how many are left out [INS-13]', () => {
    const shown = showValue(Array.from({ length: 50_000 }, () => null), deny)
    expect(shown).toMatchObject({ type: 'array', omitted: 40_001 })
    expect(() => valueOf(shown)).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }))
  })

  it('with a member twice are refused, and one named __proto__ is a name that storing refuses [INS-13]', () => {
    const member = (name: string) => [name, { type: 'null' }] as const
    expect(() => valueOf({ type: 'object', members: [member('a'), member('a')] })).toThrow('twice')
    const polluted = valueOf({ type: 'object', members: [member('__proto__')] })
    expect(Object.getPrototypeOf(polluted)).toBe(null)
    expect(() => encodeValue(polluted)).toThrow('__proto__')
  })
})

describe('hidden values', () => {
  it.each<readonly [Value, object]>([
    [null, { type: 'null', bytes: 1 }],
    [true, { type: 'boolean', bytes: 1 }],
    ['secret words', { type: 'string', length: 12, bytes: 14 }],
    [[1, 2], { type: 'array', length: 2, bytes: 6 }],
    [{ a: 1 }, { type: 'object', length: 1, bytes: 6 }],
    [Uint8Array.of(1, 2, 3), { type: 'bytes', length: 3, bytes: 5 }],
  ])('tell type and size of %j, and nothing of what it says [INS-11]', (given, outside) => {
    expect(hiddenValue(encodeValue(given), false)).toEqual(outside)
  })

  it('tell only the type of what is denied [INS-12]', () => {
    expect(hiddenValue(encodeValue('hunter2'), true)).toEqual({ type: 'string', denied: true })
    expect(hiddenValue(undefined, true)).toEqual({ type: 'none' })
  })
})
