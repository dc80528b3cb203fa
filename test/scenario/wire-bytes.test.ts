/** What one changed attribute costs on a peer link, everything above TCP counted, acknowledgements included. */
import { describe, expect, it } from 'vitest'
import type { SessionHandle } from '@understudy/client'
import type { Node } from '@understudy/node'
import { linkTo, startPrimary, whenCaughtUp, whenEqual } from '../support/nodes.js'

const SESSIONS = 2_000
/** Saves under way at once in batched traffic. */
const LANES = 64

/** Sessions of ten attributes and 1.1 kB: one of 20 bytes that changes, nine that do not. */
async function openSessions(primary: Node): Promise<SessionHandle[]> {
  const sessions: SessionHandle[] = []
  for (let i = 0; i < SESSIONS; i++) {
    const session = await primary.store.open(`session ${i}`)
    for (let attribute = 1; attribute < 10; attribute++) session.set(`attr${attribute}`, 'x'.repeat(115))
    await session.set('attr0', 'y'.repeat(20)).save()
    sessions.push(session)
  }
  return sessions
}

async function change(sessions: readonly SessionHandle[], count: number, lanes: number): Promise<void> {
  let begun = 0
  const lane = async (): Promise<void> => {
    while (begun < count) {
      const i = begun++
      await sessions[(i * 7_919) % SESSIONS]
        ?.set('attr0', String(i).padStart(20, 'z'))
        .save({ copies: 2, required: true })
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

function traffic(primary: Node): number {
  const { sentBytes, receivedBytes } = linkTo(primary, 'b')
  return sentBytes + receivedBytes
}

async function bytesPerChange(
  primary: Node,
  sessions: readonly SessionHandle[],
  count: number,
  lanes: number,
): Promise<number> {
  const before = traffic(primary)
  await change(sessions, count, lanes)
  await whenCaughtUp(primary, 'b')
  return (traffic(primary) - before) / count
}

describe('one changed attribute of 20 bytes in a session of ten attributes and 1.1 kB', () => {
  it('costs at most 80 bytes alone and 52 bytes among others, in steady traffic [SCN-18]', async () => {
    const [primary, backup] = await startPrimary({}, 'b')
    const sessions = await openSessions(primary)
    await change(sessions, 4 * SESSIONS, LANES)
    const alone = await bytesPerChange(primary, sessions, 3_000, 1)
    const batched = await bytesPerChange(primary, sessions, 40_000, LANES)
    process.stdout.write(`peer link: ${alone.toFixed(1)} B a change alone, ${batched.toFixed(1)} B batched\n`)
    expect(alone).toBeLessThanOrEqual(80)
    expect(batched).toBeLessThanOrEqual(52)
    await whenEqual(primary, ...(backup ? [backup] : []))
  })
})
