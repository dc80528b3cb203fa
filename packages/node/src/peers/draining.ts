/** A node that closes first lets its back-ups have what is under way. */
import type { Environment } from '../environment.js'
import type { Peers } from './peers.js'

/** ms between looks. */
const LOOK = 50
/** ms without an ack after which nobody is waited for any more. */
const SILENCE = 2_000
/** ms in all. */
const AT_MOST = 10_000

/**
 * Resolves when all back-ups hold what is under way and nothing is being handed over; early once no back-up has
 * acknowledged anything for 2 s, or after 10 s.
 */
export async function drained(peers: Peers, environment: Environment, handingOver: () => boolean): Promise<void> {
  const end = environment.now() + AT_MOST
  let patience = environment.now() + SILENCE
  let acknowledged = -1
  while (environment.now() < Math.min(patience, end)) {
    const sides = Array.from(peers.open(), ({ primarySide }) => primarySide)
    if (!handingOver() && sides.every(({ waiting, inFlight }) => waiting === 0 && inFlight === 0)) return
    const frames = sides.reduce((sum, side) => sum + side.acknowledged, 0)
    if (frames !== acknowledged) patience = environment.now() + SILENCE
    acknowledged = frames
    await new Promise<void>((resolve) => void environment.after(LOOK, resolve))
  }
}
