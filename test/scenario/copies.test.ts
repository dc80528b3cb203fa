/** How many nodes hold a save, and what an app hears when they are too few. */
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { connectApp, linkTo, startBackup, startNode, startPrimary, whenCaughtUp } from '../support/nodes.js'
import { Wire } from '../support/wire.js'

describe('copies', () => {
  it('are counted with the primary, as many as were asked for and there are [SCN-4]', async () => {
    const [primary] = await startPrimary({}, 'b', 'c')
    const app = await connectApp([primary])
    const session = await app.open('visitor')
    expect((await session.set('n', 1).save({ copies: 3, required: true })).copies).toBe(3)
    expect((await session.set('n', 2).save({ copies: 9 })).copies).toBe(3)
    expect((await session.set('n', 3).save({ copies: 1 })).copies).toBe(1)
    expect((await session.set('n', 4).save()).copies).toBeGreaterThanOrEqual(2)
  })

  it('that are required and can not be had are an error, though the primary has the write [SCN-4]', async () => {
    const primary = await startNode({ name: 'a', copiesTimeout: 30 })
    const app = await connectApp([primary])
    const session = await app.open('visitor')
    const save = session.set('n', 1).save({ copies: 2, required: true })
    await expect(save).rejects.toMatchObject({ code: 'TOO_FEW_COPIES', copies: 1 })
    expect(session.get('n')).toBe(1)
    expect((await primary.store.open('visitor')).get('n')).toBe(1)
    await expect(app.destroy('visitor', { copies: 2, required: true })).rejects.toMatchObject({
      code: 'TOO_FEW_COPIES',
      copies: 1,
    })
    expect(await app.find('visitor')).toBeUndefined()
  })

  it('that are required are waited for while a back-up is away [SCN-4]', async () => {
    const primary = await startNode({ name: 'a', copiesTimeout: 60_000 })
    const wire = new Wire()
    await startBackup(primary, { name: 'b', dial: wire.dial })
    await whenCaughtUp(primary, 'b')
    wire.cut()
    await eventually('the link is lost', () => linkTo(primary, 'b').state === 'lost')
    const session = await primary.store.open('visitor')
    expect((await session.set('n', 1).save()).copies).toBe(1)
    const save = session.set('n', 2).save({ copies: 2, required: true })
    await eventually('the save waits', () => primary.status().counters['waitingSaves'] === 1)
    wire.mend()
    expect((await save).copies).toBe(2)
  })
})
