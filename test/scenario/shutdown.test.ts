/** A node that is told to stop first carries what is under way to its back-ups. */
import { decodeClientDownMessage } from '@understudy/protocol/client'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually } from '../support/eventually.js'
import { connectApp, startPrimary } from '../support/nodes.js'
import { numbers, saveSessions } from '../support/sessions.js'
import { startTrio } from '../support/trio.js'

describe('a clean shut-down', () => {
  it('leaves nothing behind that only the primary had [SCN-14]', async () => {
    const [primary, backup] = await startPrimary({ window: 4_096 }, 'b')
    await saveSessions(primary.store, numbers(3_000), (number) => `value ${number}`)
    expect(primary.status().links[0]?.dirty).toBeGreaterThan(0)
    const { digest } = primary.status()
    await primary.close()
    expect(backup?.status()).toMatchObject({ sessions: 3_000, digest })
    const error = await eventually('the back-up was told', () => backup?.status().links[0]?.lastError)
    expect(error).toContain('SHUTDOWN: node "a" shuts down')
  })

  it('takes no more requests, with an error that says so and may be retried elsewhere [SCN-14]', async () => {
    const [primary] = await startPrimary({}, 'b')
    const app = await connectApp([primary], { timeouts: { operation: 200 } })
    const session = await app.open('visitor')
    await primary.close()
    await expect(session.set('n', 1).save()).rejects.toMatchObject({ retryable: true })
    await expect(primary.store.open('visitor')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })

  it('sends clients on that come while it still carries things to its back-ups [SCN-14]', async () => {
    const [primary] = await startPrimary({ window: 4_096 }, 'b')
    await saveSessions(primary.store, numbers(3_000), (number) => `value ${number}`)
    const closing = primary.close()
    const late = new WebSocket(`${primary.url}/client`)
    const said = new Promise<ArrayBuffer>((resolve, reject) => {
      late.on('message', (bytes: ArrayBuffer) => resolve(bytes))
      late.on('error', reject)
    })
    late.binaryType = 'arraybuffer'
    const farewell = decodeClientDownMessage(new Uint8Array(await said))
    expect(farewell).toMatchObject([{ type: 'bye', code: 'SHUTDOWN' }])
    await closing
  })

  it('hands over what it serves before it goes [SCN-14]', async () => {
    const [a, b, c] = await startTrio()
    const app = await connectApp([a, b, c])
    const sessions = await Promise.all([...numbers(50)].map((number) => app.open(`visitor ${number}`)))
    await Promise.all(sessions.map((session) => session.set('n', 1).save({ copies: 2 })))
    const [closed, ...saved] = await Promise.allSettled([a.close(), ...sessions.map((session) => session.increment('n').save({ copies: 2 }))])
    expect(closed.status).toBe('fulfilled')
    expect(saved.filter(({ status }) => status === 'rejected')).toEqual([])
    expect(Array.from({ length: 256 }, (_, slot) => slot).filter((slot) => a.reign(slot) !== undefined)).toEqual([])
    expect(b.status().slots.primary + c.status().slots.primary).toBe(256)
    expect(sessions.map((session) => session.get('n'))).toEqual(sessions.map(() => 2))
  })

  it('can be asked for twice [SCN-14]', async () => {
    const [primary] = await startPrimary({}, 'b')
    await Promise.all([primary.close(), primary.close()])
    await expect(fetch(primary.url.replace('ws', 'http'))).rejects.toThrow('fetch failed')
  })
})
