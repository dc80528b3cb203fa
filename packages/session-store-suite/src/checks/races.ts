/** Requests of one browser that overlap. Each race is run many times; a store that loses one of them fails. */
import { Failure } from '../check.js'
import type { Check } from '../trial.js'
import { lostRaces, RACES } from '../race.js'
import type { RaceName } from '../race.js'
import { racePages } from '../race-pages.js'

/** Checks of races. */
export const races: Readonly<Record<string, Check>> = Object.fromEntries(
  Object.keys(RACES).map((name) => [name, checkOf(name as RaceName)]),
)

function checkOf(name: RaceName): Check {
  return async (trial) => {
    const apps = [await trial.app(racePages), await trial.app(racePages)] as const
    const onlooker = await trial.store()
    const look = (id: string): ReturnType<typeof trial.read> => trial.read(onlooker, id)
    const lost = await lostRaces(name, { apps, look }, { count: trial.races, width: trial.races })
    if (lost > 0) throw new Failure(`lost in ${lost} of ${trial.races} races`)
  }
}
