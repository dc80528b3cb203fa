/** A node is killed under load, again and again, and started from its directory: what it acknowledged is there. */
import { describe, expect, it } from 'vitest'
import type { Store } from '@understudy/client'
import { createServer } from 'node:net'
import { connectApp } from '../support/nodes.js'
import { temporaryFolder } from '../support/disks.js'
import { startCommand } from '../support/process.js'
import type { Process } from '../support/process.js'

const ROUNDS = 8
const SAVERS = 32
/** ms of load before each kill. */
const LOAD = 700

/** What a saver knows: the last number whose save was acknowledged, and the last one it tried. */
interface Claim {
  acknowledged: number
  tried: number
}

describe('a node killed under load', () => {
  it('has every save that it acknowledged, and no destroyed session [STG-11]', async () => {
    const data = temporaryFolder()
    const listen = `127.0.0.1:${await freePort()}`
    const start = (): Promise<Process> => startCommand('serve', '--name', 'a', '--listen', listen, '--data', data)
    const claims = Array.from({ length: SAVERS }, (): Claim => ({ acknowledged: 0, tried: 0 }))
    const destroyed = new Set<string>()
    let node = await start()
    for (let round = 0; round < ROUNDS; round++) {
      const app = await connectApp([{ url: node.url }])
      let stop = false
      const savers = claims.map((claim, saver) => save(app, `saver ${saver}`, claim, () => stop))
      const killer = destroy(app, round, destroyed, () => stop)
      await new Promise((resolve) => setTimeout(resolve, LOAD))
      node.signal('SIGKILL')
      await node.ended
      stop = true
      await app.close()
      await Promise.all([...savers, killer])
      node = await start()
      await verify(node, claims, destroyed)
    }
    const saves = claims.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
    expect(saves).toBeGreaterThan(ROUNDS * SAVERS)
    expect(destroyed.size).toBeGreaterThan(ROUNDS)
    // eslint-disable-next-line no-console
    console.log(`${ROUNDS} kills: ${saves} acknowledged saves and ${destroyed.size} deaths, none lost`)
  }, 90_000)
})

/** Saves one number after the other, and notes what was acknowledged. */
async function save(app: Store, id: string, claim: Claim, stopped: () => boolean): Promise<void> {
  try {
    const session = await app.open(id)
    while (!stopped()) {
      const number = ++claim.tried
      await session.set('n', number).increment('count').save()
      claim.acknowledged = number
    }
  } catch {
    // The node is gone: what was not acknowledged may be there or not.
  }
}

/** Opens and destroys sessions, and notes which are dead for certain. */
async function destroy(app: Store, round: number, destroyed: Set<string>, stopped: () => boolean): Promise<void> {
  try {
    for (let i = 0; !stopped(); i++) {
      const id = `dead ${round} ${i}`
      await (await app.open(id)).set('n', i).save()
      await app.destroy(id)
      destroyed.add(id)
    }
  } catch {
    // As above.
  }
}

async function verify(node: Process, claims: readonly Claim[], destroyed: ReadonlySet<string>): Promise<void> {
  const app = await connectApp([{ url: node.url }])
  for (const [saver, claim] of claims.entries()) {
    const found = (await app.find(`saver ${saver}`))?.get('n') ?? 0
    expect(found, `saver ${saver}`).toBeGreaterThanOrEqual(claim.acknowledged)
    expect(found, `saver ${saver}`).toBeLessThanOrEqual(claim.tried)
  }
  for (const id of destroyed) expect(await app.find(id)).toBeUndefined()
  await app.close()
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
