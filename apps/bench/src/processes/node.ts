/** A store node in a process of its own: `node.js NAME member|backup [PEER=URL]…`. */
import { createNode } from '@understudy/node'
import { heldBytes, serveFigures } from './child.js'

const [name = '', role, ...peers] = process.argv.slice(2)
const node = await createNode({
  name,
  role: role === 'backup' ? 'backup' : 'member',
  peers: Object.fromEntries(peers.map((peer) => peer.split(/=(.*)/s, 2))),
})
const cpu = (): number => process.cpuUsage().user + process.cpuUsage().system
// Processor time is read before memory is: collecting garbage takes some.
serveFigures(node.url, async () => ({ sessions: node.status().sessions, cpu: cpu(), heldBytes: await heldBytes(), resident: process.memoryUsage.rss() }))
