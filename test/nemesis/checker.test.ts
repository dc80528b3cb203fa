/** What the nemesis calls a broken promise: a checker that notices nothing would prove nothing. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { createNode } from '@understudy/node'
import { verify } from '../../apps/nemesis/src/checker.js'
import type { Claim } from '../../apps/nemesis/src/load/messages.js'
import { tableOf } from '../../apps/nemesis/src/report.js'

/** A session as a node has it, and what its worker knows of it. */
interface Found {
  readonly number?: number
  readonly count?: number
  readonly claim: Omit<Claim, 'id' | 'held'>
}

/** What the checker finds in a session that is so; undefined: nothing. */
async function breachOf({ number, count, claim }: Found, sidesWrote = false): Promise<string | undefined> {
  const node = await createNode({ name: 'a' })
  onTestFinished(() => node.close())
  await node.whenReady()
  if (number !== undefined) await (await node.store.open('s')).set('number', number).set('count', count ?? number).save()
  const violations = await verify(node.store, [{ id: 's', held: 0, ...claim }], { sidesWrote })
  return violations[0]?.breach
}

describe('the checker of the nemesis', () => {
  it('has nothing against what was acknowledged last, or tried since [NEM-2]', async () => {
    expect(await breachOf({ number: 7, claim: { tried: 7, acknowledged: 7, destroyed: 'no' } })).toBeUndefined()
    expect(await breachOf({ number: 8, claim: { tried: 8, acknowledged: 7, destroyed: 'no' } })).toBeUndefined()
    expect(await breachOf({ claim: { tried: 8, acknowledged: 7, destroyed: 'yes' } })).toBeUndefined()
  })

  it.each([
    ['lost', 'an acknowledged save that is not there', { number: 6, claim: { tried: 8, acknowledged: 7, destroyed: 'no' } }],
    ['lost', 'a session that is not there', { claim: { tried: 8, acknowledged: 7, destroyed: 'no' } }],
    ['doubled', 'an increment that took effect twice', { number: 7, count: 8, claim: { tried: 7, acknowledged: 7, destroyed: 'no' } }],
    ['miscounted', 'an increment that is missing', { number: 7, count: 6, claim: { tried: 7, acknowledged: 7, destroyed: 'no' } }],
    ['resurrected', 'a session that is back', { number: 7, claim: { tried: 7, acknowledged: 7, destroyed: 'yes' } }],
  ] satisfies [string, string, Found][])('calls %s %s [NEM-2]', async (breach, _, found) => {
    expect(await breachOf(found)).toBe(breach)
  })

  it('lets one count stand where two sides counted, but none twice [NEM-2]', async () => {
    expect(await breachOf({ number: 7, count: 5, claim: { tried: 7, acknowledged: 7, destroyed: 'no' } }, true)).toBeUndefined()
    expect(await breachOf({ number: 7, count: 8, claim: { tried: 7, acknowledged: 7, destroyed: 'no' } }, true)).toBe('doubled')
  })
})

describe('the report of the nemesis', () => {
  it('counts what was broken, and says how long the last client waited', () => {
    const entries = [30, 10, 20].map((outage) => ({ kind: 'kill', outage, clients: 1, counts: {} }))
    const violations = [{ breach: 'lost', text: 's: 7 acknowledged; number 6 found' }] as const
    const sums = { saves: 9, destroyed: 1, failures: { TIMEOUT: 2 } }
    const machine = { cores: 2, busy: 0.5, load: 3 }
    const table = tableOf({ seed: 1, seconds: 4, options: {}, entries, sums, verified: 5, crashes: 0, machine, violations })
    expect(table).toMatch(/^kill +3 +3 +20 +30 +30$/m)
    expect(table).toContain('saves that failed: TIMEOUT 2; nodes that ended by themselves: 0')
    expect(table).toContain('the machine: 2 cores, 50 % busy, 3.0 processes at them')
    expect(table).toMatch(/1 lost, 0 resurrected.*\n {2}LOST s: 7 acknowledged; number 6 found$/m)
  })
})
