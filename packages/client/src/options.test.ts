import { describe, expect, test } from 'vitest'
import { NO_FROZEN_NAMES } from './frozen-names.js'
import { checkConnectOptions } from './options.js'

const nodes = ['ws://127.0.0.1:4400']

describe('the options of connect()', () => {
  test('have defaults', () => {
    expect(checkConnectOptions({ nodes })).toEqual({
      nodes,
      token: undefined,
      name: 'client',
      timeouts: { connect: 10_000, operation: 10_000 },
      reconnect: { first: 100, longest: 5_000 },
      frozen: NO_FROZEN_NAMES,
      signal: undefined,
    })
  })

  test('are taken as given, names that are frozen as rules [FRZ-1]', () => {
    const options = {
      nodes: ['wss://a.example', 'ws://b.example/path'],
      token: 'secret',
      name: 'shop',
      timeouts: { connect: 1, operation: 2 },
      reconnect: { first: 3, longest: 4 },
      signal: new AbortController().signal,
    }
    const { frozen, ...others } = checkConnectOptions({ ...options, frozen: ['user', 'org*', /^x-/] })
    expect(others).toEqual(options)
    expect(['user', 'organisation', 'x-1', 'users', 'xorg', 'a-x-'].filter((name) => frozen.has(name))).toEqual(['user', 'organisation', 'x-1'])
  })

  test.each([
    [undefined, /takes an object/],
    [{}, /nodes must be a list/],
    [{ nodes: [] }, /nodes must be a list/],
    [{ nodes: 'ws://a' }, /nodes must be a list/],
    [{ nodes: ['http://a'] }, /ws:\/\/ or wss:\/\//],
    [{ nodes: [7] }, /ws:\/\/ or wss:\/\//],
    [{ nodes: ['nonsense'] }, /ws:\/\/ or wss:\/\//],
    [{ nodes: ['ws://user:pass@a'] }, /without secrets/],
    [{ nodes: ['ws://a?token=x'] }, /without secrets/],
    [{ nodes, host: 'a' }, /has no option "host"; it has nodes, token/],
    [{ nodes, token: '' }, /token must be/],
    [{ nodes, token: 5 }, /token must be/],
    [{ nodes, token: 'two\r\nlines' }, /token must be/],
    [{ nodes, token: 'geheim-ü' }, /token must be/],
    [{ nodes, frozen: 'user' }, /frozen must be/],
    [{ nodes, frozen: [''] }, /frozen must be/],
    [{ nodes, frozen: [7] }, /frozen must be/],
    [{ nodes, frozen: Array(257).fill('a') }, /frozen must be/],
    [{ nodes, name: '' }, /name must be/],
    [{ nodes, name: 'x'.repeat(257) }, /name must be/],
    [{ nodes, timeouts: 5 }, /timeouts takes an object/],
    [{ nodes, timeouts: { operations: 5 } }, /timeouts has no option "operations"/],
    [{ nodes, timeouts: { operation: 0 } }, /timeouts\.operation must be/],
    [{ nodes, timeouts: { connect: Number.NaN } }, /timeouts\.connect must be/],
    [{ nodes, timeouts: { connect: 2 ** 31 } }, /timeouts\.connect must be/],
    [{ nodes, timeouts: { operation: Infinity } }, /timeouts\.operation must be/],
    [{ nodes, signal: {} }, /signal must be/],
    [{ nodes, reconnect: { first: 9, longest: 8 } }, /must not exceed/],
  ])('%j are refused with a message that says what is wrong [CLI-17]', (options, message) => {
    expect(() => checkConnectOptions(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }))
  })
})
