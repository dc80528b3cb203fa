/** An instance of an app with express-session over Understudy, whose pages are raced. Argument: ws URL of a node. */
import process from 'node:process'
import { connect } from '@understudy/client'
import { UnderstudyStore } from '@understudy/express-session'
import { startRaceApp } from '@understudy/session-store-suite'

const [url] = process.argv.slice(2)
const { url: address } = await startRaceApp(new UnderstudyStore({ client: await connect({ nodes: [url] }) }))
process.send({ type: 'ready', url: address })
process.once('disconnect', () => process.exit())
