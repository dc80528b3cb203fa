import { describe, expect, it } from 'vitest'
import { Membership } from '@understudy/cluster'
import { Quorum } from './quorum.js'

/** Node "a" of as many members, of which these are alive. */
function quorum(partition: 'available' | 'consistent', members: readonly string[], living: readonly string[], backups = 2): Quorum {
  const peers = Object.fromEntries(members.slice(1).map((name) => [name, `ws://${name}:1`]))
  const membership = new Membership({ name: 'a', role: 'member', url: '' }, peers, backups)
  membership.live(new Map(living.map((name) => [name, undefined])), true)
  return new Quorum({ partition, membership, isAlive: (name) => living.includes(name) })
}

describe('in partition consistent', () => {
  it('a write counts once most holders of its slot have it [TAK-7]', () => {
    const all = quorum('consistent', ['a', 'b', 'c'], ['a', 'b', 'c'])
    expect([all.isKept(0, []), all.isKept(0, ['b']), all.isKept(0, ['c']), all.isKept(0, ['dedicated'])]).toEqual([false, true, true, false])
  })

  it('nobody writes or begins without the majority of the members [TAK-7]', () => {
    const alone = quorum('consistent', ['a', 'b', 'c'], ['a'])
    expect([alone.mayWrite(0), alone.mayBegin(0)]).toEqual([false, false])
    const two = quorum('consistent', ['a', 'b', 'c'], ['a', 'b'])
    expect([two.mayWrite(0), two.mayBegin(0)]).toEqual([true, true])
  })

  it('nobody begins who cannot hear all that was acknowledged, though it is with the majority [TAK-7]', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const peers = Object.fromEntries(names.slice(1).map((name) => [name, `ws://${name}:1`]))
    const { placement } = new Membership({ name: 'a', role: 'member', url: '' }, peers, 2)
    const living = quorum('consistent', names, ['a', 'b', 'c'])
    for (let slot = 0; slot < 256; slot++) {
      const voters = placement.holders(slot).filter((name) => ['a', 'b', 'c'].includes(name)).length
      expect([living.mayBegin(slot), living.mayWrite(slot)]).toEqual([voters >= 2, voters >= 2])
      expect(living.isComplete(slot, ['b', 'c'])).toBe(voters >= 2)
    }
  })

  it('of two holders one may take over, but not write', () => {
    const one = quorum('consistent', ['a', 'b', 'c'], ['a', 'b', 'c'], 1)
    const { placement } = new Membership({ name: 'a', role: 'member', url: '' }, { b: 'ws://b:1', c: 'ws://c:1' }, 1)
    const slot = Array.from({ length: 256 }, (_, number) => number).find((number) => placement.holders(number).join() === 'a,c')
    const left = quorum('consistent', ['a', 'b', 'c'], ['a', 'b'], 1)
    expect([one.mayWrite(slot ?? 0), left.mayBegin(slot ?? 0), left.mayWrite(slot ?? 0)]).toEqual([true, true, false])
  })
})

describe('in partition available', () => {
  it('everybody may', () => {
    const alone = quorum('available', ['a', 'b', 'c'], ['a'])
    expect([alone.mayWrite(0), alone.mayBegin(0), alone.isKept(0, []), alone.isComplete(0, [])]).toEqual([true, true, true, true])
  })
})
