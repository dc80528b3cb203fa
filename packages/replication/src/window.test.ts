/** The window: how much may be on its way, and what an acknowledgement releases. */
import { describe, expect, it } from 'vitest'
import { Window } from './window.js'

describe('the window', () => {
  it('numbers frames 1, 2, 3 … on every link anew', () => {
    const window = new Window<string>(100)
    expect(window.next).toBe(1)
    window.push(10, ['a'])
    expect(window.next).toBe(2)
    window.reset()
    expect([window.next, window.bytes, window.acknowledged]).toEqual([1, 0, 0])
  })

  it('is closed while its bytes are in flight, and opens as they are acknowledged [REP-2]', () => {
    const window = new Window<string>(100)
    window.push(60, ['a'])
    expect(window.open).toBe(true)
    window.push(60, ['b'])
    expect([window.open, window.bytes]).toEqual([false, 120])
    window.acknowledge(1)
    expect([window.open, window.bytes]).toEqual([true, 60])
  })

  it('lets one frame exceed it, so that a large delta can travel at all', () => {
    const window = new Window<string>(1)
    expect(window.open).toBe(true)
    window.push(1_000_000, ['a'])
    expect(window.open).toBe(false)
  })

  it('releases frames up to the number acknowledged, oldest first', () => {
    const window = new Window<string>(100)
    for (const session of ['a', 'b', 'c']) window.push(1, [session])
    expect(window.acknowledge(2).map(({ sessions }) => sessions)).toEqual([['a'], ['b']])
    expect(window.acknowledge(3).map(({ number }) => number)).toEqual([3])
    expect(window.acknowledged).toBe(3)
  })

  it('passes over an acknowledgement that says nothing new', () => {
    const window = new Window<string>(100)
    for (const session of ['a', 'b']) window.push(1, [session])
    window.acknowledge(2)
    expect(window.acknowledge(1)).toEqual([])
    expect(window.acknowledged).toBe(2)
  })

  it('refuses an acknowledgement of what was never sent [REP-3]', () => {
    const window = new Window<string>(100)
    window.push(1, ['a'])
    expect(() => window.acknowledge(2)).toThrow(expect.objectContaining({ code: 'ACK_UNKNOWN' }))
    expect(window.bytes).toBe(1)
  })
})
