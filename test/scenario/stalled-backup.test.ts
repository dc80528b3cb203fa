/** A back-up process that stops reading (SIGSTOP) while its primary works on. */
import { describe, expect, it } from 'vitest'
import type { SessionHandle } from '@understudy/client'
import type { Node } from '@understudy/node'
import { eventually } from '../support/eventually.js'
import { bytesHeld } from '../support/memory.js'
import { linkTo, startNode, whenCaughtUp } from '../support/nodes.js'
import { startCommand } from '../support/process.js'
import { turn } from '../support/sessions.js'
import { statusAt } from '../support/status.js'

const SESSIONS = 20_000
const CHANGES = 1_000_000
/** Saves in one turn of the event loop. */
const LANES = 100
/** Bytes in flight at most, but for the last frame. */
const WINDOW = 1024 * 1024
/** Bytes by which the primary may grow. */
const GROWTH = 64 * 1024 * 1024

async function openSessions(primary: Node): Promise<SessionHandle[]> {
  const sessions: SessionHandle[] = []
  for (let i = 0; i < SESSIONS; i++) {
    sessions.push(await primary.store.open(`session ${i}`))
    if (i % LANES === 0) await turn()
  }
  return sessions
}

/**
 * Saves `count` changes, spread over all sessions.
 *
 * @param look called now and then
 * @returns saves a second, for people to read
 */
async function change(sessions: readonly SessionHandle[], count: number, look: () => void = () => {}): Promise<number> {
  const start = performance.now()
  for (let done = 0; done < count; done += LANES) {
    const saves = Array.from({ length: LANES }, (_, lane) => saveOne(sessions, done + lane))
    expect(Math.min(...(await Promise.all(saves)))).toBeGreaterThanOrEqual(1)
    if (done % (100 * LANES) === 0) look()
    await turn()
  }
  return (count / (performance.now() - start)) * 1_000
}

async function saveOne(sessions: readonly SessionHandle[], i: number): Promise<number> {
  const session = sessions[(i * 7_919) % sessions.length]
  const saved = await session?.set(`attribute ${i % 10}`, `value ${i}`).save({ copies: 1 })
  return saved?.copies ?? 0
}

describe('a back-up that stops reading', () => {
  it(
    'costs the primary bounded memory during 1,000,000 changes, and catches up afterwards [SCN-17]',
    { timeout: 120_000 },
    async () => {
      const primary = await startNode({ name: 'a', window: WINDOW })
      const backup = await startCommand(
        'serve',
        '--name',
        'b',
        '--role',
        'backup',
        '--listen',
        '127.0.0.1:0',
        '--peer',
        `a=${primary.url}`,
      )
      await whenCaughtUp(primary, 'b')
      const sessions = await openSessions(primary)
      const before = await change(sessions, 3 * SESSIONS)
      await whenCaughtUp(primary, 'b')

      backup.signal('SIGSTOP')
      const held = bytesHeld()
      let inFlight = 0
      const during = await change(
        sessions,
        CHANGES,
        () => (inFlight = Math.max(inFlight, linkTo(primary, 'b').inFlightBytes)),
      )
      const growth = bytesHeld() - held
      const { dirty, state } = linkTo(primary, 'b')
      process.stdout.write(
        `stalled back-up: ${Math.round(before)} saves/s before, ${Math.round(during)} during; ` +
          `memory ${(growth / 2 ** 20).toFixed(1)} MB; ${dirty} sessions dirty, at most ${inFlight} B in flight, link ${state}\n`,
      )
      expect(growth).toBeLessThan(GROWTH)
      expect(inFlight).toBeLessThan(WINDOW + 100 * 1024)
      expect(dirty).toBeLessThanOrEqual(SESSIONS)

      const sent = linkTo(primary, 'b').deltasSent
      backup.signal('SIGCONT')
      await whenCaughtUp(primary, 'b')
      expect(linkTo(primary, 'b').deltasSent - sent).toBeLessThanOrEqual(SESSIONS)
      await eventually(
        'the back-up holds the same',
        async () => (await statusAt(backup.url)).digest === primary.status().digest,
      )
    },
  )
})
