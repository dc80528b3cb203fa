/** A node with 100,000 sessions on disk is back with all of them; how soon is printed, for people. */
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/disks.js'
import { connectApp, startNode } from '../support/nodes.js'
import { startCommand } from '../support/process.js'
import { numbers, saveSessions } from '../support/sessions.js'

const COUNT = 100_000

describe('a node with 100,000 sessions on disk', () => {
  it('serves all of them [STG-12]', async () => {
    const data = temporaryFolder()
    const first = await startNode({ name: 'a', data, durability: 'memory' })
    await first.whenReady()
    await saveSessions(first.store, numbers(COUNT), (number) => [number, 'x'.repeat(500)])
    const { digest } = first.status()
    await first.close()

    const started = performance.now()
    const node = await startCommand('serve', '--name', 'a', '--listen', '127.0.0.1:0', '--data', data)
    const app = await connectApp([node])
    expect((await app.find('session 12345'))?.get('n')).toEqual([12_345, 'x'.repeat(500)])
    const took = performance.now() - started
    process.stdout.write(`restart with ${COUNT} sessions: the first answer came after ${Math.round(took)} ms\n`)
    const status: unknown = await (await fetch(`${node.url.replace('ws:', 'http:')}/status`)).json()
    expect(status).toMatchObject({ sessions: COUNT, digest, counters: { damagedSessions: 0 } })
  }, 120_000)
})
