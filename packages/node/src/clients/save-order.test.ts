import { describe, expect, it } from 'vitest'
import { sessionKey } from '@understudy/session'
import { SaveOrder } from './save-order.js'

const KEY = sessionKey('one')

describe('the saves of one session', () => {
  it('leave for another node in the order in which they were made, whichever learns of it first [TAK-11]', async () => {
    const order = new SaveOrder()
    const [first, second, third] = [order.enter(KEY, 1), order.enter(KEY, 2), order.enter(KEY, 3)]
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
    const [first, second] = [order.enter(KEY, 1), order.enter(KEY, 2)]
    expect([first.isNext, second.isNext]).toEqual([true, false])
    expect([first.oldest, second.oldest]).toEqual([1, 1])
    let isTurn = false
    const turn = second.turn().then(() => (isTurn = true))
    await Promise.resolve()
    expect(isTurn).toBe(false)
    first.applied()
    await turn
    expect(second.isNext).toBe(true)
    first.over()
    expect(second.oldest).toBe(2)
  })

  it('go where the one before went, until that has its answer [TAK-11]', async () => {
    const order = new SaveOrder()
    const ticket = order.enter(KEY, 1)
    expect(order.isAway(KEY)).toBe(false)
    await ticket.leave()
    expect([order.isAway(KEY), order.isAway(sessionKey('two'))]).toEqual([true, false])
    ticket.left()
    expect(order.isAway(KEY)).toBe(true)
    ticket.over()
    expect(order.isAway(KEY)).toBe(false)
  })
})
