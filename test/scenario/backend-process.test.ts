/** Second embodiment: the back-up is part of a backend process that has other work to do. */
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startNode } from '../support/nodes.js'
import { startProgram } from '../support/process.js'
import { statusAt } from '../support/status.js'

describe('a backend process with a node in it', () => {
  it('backs up sessions beside its own work, and its end costs the app nothing but a copy [SCN-2]', async () => {
    const app = await startNode({ name: 'app' })
    const backend = await startProgram('backend', 'app', app.url)
    await eventually('the backend has linked', () => app.status().links.some((link) => link.equal))
    const session = await app.store.open('visitor')
    expect(await session.set('cart', ['book']).save({ copies: 2, required: true })).toMatchObject({ copies: 2 })
    expect((await statusAt(backend.url)).digest).toBe(app.status().digest)
    expect(await (await fetch(`${backend.url}/price`)).json()).toEqual({ price: 42 })

    backend.signal('SIGKILL')
    await backend.ended
    await eventually('the app has noticed', () => app.status().links[0]?.state === 'lost')
    expect(await session.set('cart', ['book', 'pen']).save()).toMatchObject({ copies: 1 })
  })
})
