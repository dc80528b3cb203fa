/**
 * A backend that has work of its own (here: prices over HTTP) and backs up sessions beside it, with an embedded node.
 * Arguments: name of the primary, its ws URL.
 */
import { createServer } from 'node:http'
import process from 'node:process'
import { createNode } from '@understudy/node'

const [primary, url] = process.argv.slice(2)
const node = await createNode({ name: 'backend', role: 'backup', peers: { [primary]: url } })

const server = createServer((request, response) => {
  const body = request.url === '/price' ? { price: 42 } : node.status()
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
})
server.listen(0, '127.0.0.1', () => process.send({ type: 'ready', url: `http://127.0.0.1:${server.address().port}` }))
process.once('disconnect', () => process.exit())
