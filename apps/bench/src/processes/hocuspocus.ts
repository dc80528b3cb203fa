/** Hocuspocus' server as its documentation starts it, on loopback, without extensions: documents live in its memory. */
import { Server } from '@hocuspocus/server'
import { ownCpu, serveFigures } from './child.js'

const server = new Server({ quiet: true, stopOnSignals: false })
// Its own `listen` listens on all interfaces.
server.httpServer.listen(0, '127.0.0.1', () => {
  serveFigures(`ws://127.0.0.1:${server.address.port}`, () => ({ sessions: server.hocuspocus.getDocumentsCount(), cpu: ownCpu() }))
})
