import { describe, expect, it } from 'vitest'
import { sessionKey } from '@understudy/session'
import { SaveOrder } from './save-order.js'

const KEY = sessionKey('one')

describe('the saves of one session', () => {
  it('leave for another node in the order in which they were made, whichever learns of it first [TAK-11]', async () => {
    const order = new SaveOrder()
    const [first, second, third] = [order.enter(KEY), order.enter(KEY), order.enter(KEY)]
    const gone: string[] = []
    const leave = async (name: string, ticket: typeof first): Promise<void> => {
      await ticket.leave()
      gone.push(name)
      ticket.left()
    }
    const thirdLeaves = leave('third', third)
    const secondLeaves = leave('second', second)
    await Promise.resolve()
    expect(gone).toEqual([])
    first.over()
    await Promise.all([secondLeaves, thirdLeaves])
    expect(gone).toEqual(['second', 'third'])
  })

  it('are applied in the order in which they were made, also where the first has to wait', async () => {
    const order = new SaveOrder()
    const [first, second] = [order.enter(KEY), order.enter(KEY)]
    expect([first.isNext, second.isNext]).toEqual([true, false])
    let isTurn = false
    const turn = second.turn().then(() => (isTurn = true))
    await Promise.resolve()
    expect(isTurn).toBe(false)
    first.applied()
    await turn
    expect(second.isNext).toBe(true)
  })

  it('go where the one before went, until that has its answer [TAK-11]', async () => {
    const order = new SaveOrder()
    const ticket = order.enter(KEY)
    expect(order.isAway(KEY)).toBe(false)
    await ticket.leave()
    expect([order.isAway(KEY), order.isAway(sessionKey('two'))]).toEqual([true, false])
    ticket.left()
    expect(order.isAway(KEY)).toBe(true)
    ticket.over()
    expect(order.isAway(KEY)).toBe(false)
  })
})
