/** Third embodiment: the back-up is a process of its own, started by the command. */
import { describe, expect, it } from 'vitest'
import { startNode, whenCaughtUp } from '../support/nodes.js'
import { startCommand } from '../support/process.js'
import { statusAt } from '../support/status.js'

describe('understudy serve --role backup', () => {
  it('holds all sessions, is primary of none, and leaves cleanly on SIGTERM [SCN-3]', async () => {
    const app = await startNode({ name: 'app' })
    const backup = await startCommand(
      'serve',
      '--name',
      'b',
      '--role',
      'backup',
      '--listen',
      '127.0.0.1:0',
      '--peer',
      `app=${app.url}`,
    )
    await whenCaughtUp(app, 'b')
    const session = await app.store.open('visitor')
    expect(await session.set('theme', 'dark').save({ copies: 2, required: true })).toMatchObject({ copies: 2 })
    const status = await statusAt(backup.url)
    expect(status).toMatchObject({
      name: 'b',
      role: 'backup',
      sessions: 1,
      slots: { primary: 0, backup: 256 },
      digest: app.status().digest,
    })

    backup.signal('SIGTERM')
    expect(await backup.ended).toBe(0)
    expect(app.status().links[0]?.lastError).toContain('SHUTDOWN')
  })
})
