/** A store node that says when it serves: `started.js [FOLDER]`. */
import { createNode } from '@understudy/node'
import { serveFigures } from './child.js'

const [, , data] = process.argv
const node = await createNode({ name: 'a', ...(data !== undefined && { data }) })
await node.whenReady()
serveFigures(node.url, () => ({ sessions: node.status().sessions }))
