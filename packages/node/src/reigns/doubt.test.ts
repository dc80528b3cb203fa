import { describe, expect, it } from 'vitest'
import { realEnvironment } from '../environment.js'
import { Doubt } from './doubt.js'
import type { Awaited } from './doubt.js'

/** A node with the member "b", a clock to set, and a log of pings. */
function bench() {
  let now = 1_000
  let pings = 0
  const b: { name: string; link: { answeredAt: number; ping(): void } | undefined } = { name: 'b', link: { answeredAt: 0, ping: () => pings++ } }
  const known = { hears: true, informed: true }
  const doubt = new Doubt<Awaited>({
    environment: { ...realEnvironment, now: () => now },
    members: () => [b],
    hears: () => known.hears,
    isInformed: () => known.informed,
  })
  const pass = (ms: number): void => void (now += ms)
  return { doubt, b, known, pass, pings: () => pings, now: () => now }
}

describe('a node that did not run', () => {
  it('for 0.3 s has no doubts [TAK-4]', () => {
    const { doubt, pass } = bench()
    pass(300)
    expect([doubt.active, doubt.tick()]).toEqual([false, false])
  })

  it('for longer serves nothing until each member that it met has answered since [TAK-12]', () => {
    const { doubt, b, pass, pings, now } = bench()
    pass(3_000)
    expect(doubt.active).toBe(true)
    expect(pings()).toBeGreaterThan(0)
    b.link = { answeredAt: now() - 1, ping: () => {} }
    doubt.tick()
    expect(doubt.active).toBe(true)
    b.link = { answeredAt: now(), ping: () => {} }
    expect(doubt.tick()).toBe(true)
    expect([doubt.active, doubt.tick()]).toEqual([false, false])
  })

  it('waits for a member whose link was lost meanwhile, and for its word over the new one [TAK-12]', () => {
    const { doubt, b, known, pass, now } = bench()
    b.link = undefined
    pass(3_000)
    expect(doubt.active).toBe(true)
    known.informed = false
    b.link = { answeredAt: now(), ping: () => {} }
    expect([doubt.tick(), doubt.active]).toEqual([false, true])
    known.informed = true
    expect(doubt.tick()).toBe(true)
  })

  it('waits 0.5 s for a member that is not heard, or was not before either, and says so to who waits [TAK-12]', () => {
    const { doubt, known, pass } = bench()
    known.hears = false
    pass(3_000)
    expect(doubt.active).toBe(true)
    pass(400)
    expect([doubt.tick(), doubt.active]).toEqual([false, true])
    pass(100)
    expect(doubt.tick()).toBe(true)
    expect(doubt.active).toBe(false)
  })
})
