/** An instance of an app with express-session, in a process of its own: `race-app.js KIND URL`. */
import { startRaceApp } from '@understudy/session-store-suite'
import { isStoreKind, STORE_KINDS } from '../workload/session-stores.js'
import { serveFigures } from './child.js'

const [kind, url = ''] = process.argv.slice(2)
if (!isStoreKind(kind)) throw new Error(`there is no store "${String(kind)}"`)
const { store } = await STORE_KINDS[kind].open(url, 'races')
const app = await startRaceApp(store)
serveFigures(app.url, () => ({}))
