/** A store node that says when it serves: `started.js`. */
import { createNode } from '@understudy/node'
import { serveFigures } from './child.js'

const node = await createNode({ name: 'a' })
await node.whenReady()
serveFigures(node.url, () => ({ sessions: node.status().sessions }))
