/** Members are killed under load: others take over, and nothing that two copies held is lost. */
import { describe, expect, it } from 'vitest'
import { Placement } from '@understudy/cluster'
import { Members } from '../support/members.js'
import { enterShop, lost } from '../support/shoppers.js'

const KILLS = 10

describe('a member that is killed', () => {
  it('is replaced; what two copies acknowledged survives; back, it takes its slots again [TAK-1] [TAK-2] [TAK-8]', async () => {
    const members = await Members.start(['a', 'b', 'c'])
    const store = await members.connect()
    const shoppers = await enterShop(store, 40)
    const placement = new Placement(members.names.map((name) => ({ name, role: 'member' })), 2)
    const times: number[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = members.names[kill % 3] ?? ''
      const bereaved = shoppers.filter(({ slot }) => placement.primary(slot) === victim)
      for (const shopper of shoppers) shopper.shop()
      await new Promise((resolve) => setTimeout(resolve, 100))
      members.signal(victim, 'SIGKILL')
      const killedAt = performance.now()
      await members.ended(victim)
      await members.whenShared(members.names.filter((name) => name !== victim))
      await new Promise((resolve) => setTimeout(resolve, 150))
      times.push(...bereaved.map(({ slowest }) => slowest))
      await Promise.all(shoppers.map((shopper) => shopper.stop()))
      expect(shoppers.every(({ at }) => at > killedAt)).toBe(true)
      expect(shoppers.flatMap(({ failures }) => failures)).toEqual([])
      expect(await lost(store, shoppers, 'held')).toEqual([])
      await members.run(victim)
      await members.whenShared()
      for (const shopper of shoppers) shopper.slowest = 0
    }
    await members.whenEqual()
    times.sort((one, other) => one - other)
    const at = (share: number): number => Math.round(times[Math.floor(times.length * share)] ?? times.at(-1) ?? 0)
    process.stdout.write(`SIGKILL of a primary, until a save to its slots succeeds again, ${KILLS} kills: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`)
  }, 60_000)
})
