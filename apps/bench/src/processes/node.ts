/**
 * A store node in a process of its own: `node.js NAME member|backup[:PORT] [PEER=URL]…`. Its longest delay is
 * that since it was asked for last.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createNode } from '@understudy/node'
import { ownCpu, serveFigures } from './child.js'

const [name = '', as = '', ...peers] = process.argv.slice(2)
const [role, port = '0'] = as.split(':')
const node = await createNode({
  name,
  copiesTimeout: 60_000,
  listen: `127.0.0.1:${port}`,
  role: role === 'backup' ? 'backup' : 'member',
  peers: Object.fromEntries(peers.map((peer) => peer.split(/=(.*)/s, 2))),
})

const delay = monitorEventLoopDelay({ resolution: 2 })
delay.enable()

serveFigures(node.url, () => {
  const figures = { sessions: node.status().sessions, primary: node.status().slots.primary, cpu: ownCpu(), delay: delay.max / 1e6 }
  delay.reset()
  return figures
})
