/**
 * Verifies what was acknowledged: nothing lost, nothing twice, nothing back from the dead.
 *
 * Every save of a session sets the next number and counts it, by one client. So after any faults the number found is at
 * least the one acknowledged last and at most the one tried last, and the count equals it: less is an increment lost,
 * more is one that took effect twice.
 */
import type { Store } from '@understudy/client'
import type { Claim } from './load/messages.js'

/** Sessions asked for at once. */
const LANES = 32

/** What kinds of promise can be broken. */
export type Breach = 'lost' | 'resurrected' | 'doubled' | 'miscounted' | 'diverged' | 'unavailable'

/** A promise that was broken. */
export interface Violation {
  readonly breach: Breach
  readonly text: string
}

/** What holds for the faults of a run. */
export interface Expectations {
  /** Two sides may have written: of a number that both counted, one count stands. */
  readonly sidesWrote: boolean
}

/** Looks at all sessions through one client. @returns what was promised and is not so */
export async function verify(store: Store, claims: readonly Claim[], expectations: Expectations): Promise<Violation[]> {
  const violations: Violation[] = []
  const left = claims.values()
  const lane = async (): Promise<void> => {
    for (const claim of left) {
      const violation = await check(store, claim, expectations)
      if (violation !== undefined) violations.push(violation)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return violations
}

async function check(store: Store, claim: Claim, { sidesWrote }: Expectations): Promise<Violation | undefined> {
  const { id, tried, acknowledged, destroyed } = claim
  const session = await store.find(id)
  const number = Number(session?.get('number') ?? 0)
  const count = Number(session?.get('count') ?? 0)
  session?.close()
  const found = session === undefined ? 'not found' : `number ${number}, count ${count} found`
  const text = `${id}: ${acknowledged} acknowledged (${claim.held} by two copies), ${tried} tried, destroyed: ${destroyed}; ${found}`
  if (destroyed === 'yes') return session === undefined ? undefined : { breach: 'resurrected', text }
  if (destroyed === 'maybe') return undefined
  if (number < acknowledged) return { breach: 'lost', text }
  if (number > tried || count > number) return { breach: 'doubled', text }
  return count < number && !sidesWrote ? { breach: 'miscounted', text } : undefined
}
