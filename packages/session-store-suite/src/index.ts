/** A conformance suite for the session stores of express-session. */
export { runStoreSuite, storeSuite } from './store-suite.js'
export type { CheckResult, StoreSuiteCase, StoreSuiteOptions } from './store-suite.js'
export type { StoreBed } from './store-bed.js'
export { App, Browser, Visitable, type Answer, type Routes, type Visit } from './app.js'
export { lostRaces, RACES, startRaceApp, type Course, type Heats, type RaceName } from './race.js'
