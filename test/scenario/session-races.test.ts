/**
 * Two processes of an app, requests of one browser that overlap, a primary with a back-up: nothing is lost, nothing comes
 * back. `RACES=2000 npm run test:all -- test/scenario/session-races.test.ts` runs them in full.
 */
import { UnderstudyStore } from '@understudy/express-session'
import { lostRaces, RACES, Visitable } from '@understudy/session-store-suite'
import type { RaceName } from '@understudy/session-store-suite'
import { expect, test } from 'vitest'
import { connectApp, startPrimary } from '../support/nodes.js'
import { startProgram } from '../support/process.js'

const COUNT = Number(process.env['RACES'] ?? 200)

const NAMES = Object.keys(RACES) as RaceName[]

test(`of ${COUNT} races of each kind none is lost [ADP-13]`, { timeout: 600_000 }, async () => {
  const [primary, backup] = await startPrimary({}, 'b')
  if (backup === undefined) throw new Error('there is no back-up')
  const [one, two] = [await startProgram('race-app', primary.url), await startProgram('race-app', primary.url)]
  // Whoever looks is not the one who wrote.
  const onlooker = new UnderstudyStore({ client: await connectApp([primary]) })
  const look = async (id: string): Promise<Record<string, unknown> | undefined> => {
    const found = await onlooker.get(id)
    return found ? { ...found } : undefined
  }
  const lost: Record<string, number> = {}
  for (const name of NAMES) lost[name] = await lostRaces(name, { apps: [new Visitable(one.url), new Visitable(two.url)], look }, { count: COUNT, width: 8 })
  expect(lost).toEqual(Object.fromEntries(NAMES.map((name) => [name, 0])))
})
