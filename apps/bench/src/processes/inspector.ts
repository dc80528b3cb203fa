/**
 * One who looks, in a process of its own, at all there is to see: `inspector.js URL KEY`. Each time it is asked for figures
 * it first changes between looking and not looking.
 */
import { dialWebSocket, realEnvironment } from '@understudy/node'
import type { ByteSocket } from '@understudy/node'
import { decodeInspectDownFrame, encodeInspectUpFrame, INSPECT_VERSIONS } from '@understudy/protocol/inspect'
import type { InspectDownFrame, SessionKey } from '@understudy/protocol/inspect'
import { serveFigures } from './child.js'

/** ms between two pages of the list: somebody scrolls. */
const SCROLL = 500
/** Deltas a second on the tape. */
const TAPE = 200

const [url = '', key = ''] = process.argv.slice(2)

let frames = 0
let bytes = 0
let socket: ByteSocket | undefined
let stopScrolling: () => void = () => {}

async function look(): Promise<void> {
  const opened = await dialWebSocket(`${url}/inspect`, {})
  socket = opened
  // Only what was counted can be scrolled through.
  const awaited = new Set(['session', 'counted'])
  const isThere = new Promise<void>((resolve) => {
    opened.message = (message) => {
      const frame: InspectDownFrame = decodeInspectDownFrame(message)
      frames++
      bytes += message.length
      if (frame.type === 'failed' || frame.type === 'bye') throw new Error(`the node refused: ${frame.code}`)
      if (awaited.delete(frame.type) && awaited.size === 0) resolve()
    }
  })
  opened.send(encodeInspectUpFrame({ type: 'hello', ...INSPECT_VERSIONS, name: 'bench', as: 'person' }))
  opened.send(encodeInspectUpFrame({ type: 'watchCluster', request: 1 }))
  opened.send(encodeInspectUpFrame({ type: 'watchFlow', request: 2, perSecond: TAPE }))
  opened.send(encodeInspectUpFrame({ type: 'query', request: 3, filter: {} }))
  opened.send(encodeInspectUpFrame({ type: 'watchSession', request: 4, key: key as SessionKey }))
  await isThere
  stopScrolling = realEnvironment.every(SCROLL, () => opened.send(encodeInspectUpFrame({ type: 'page', request: 5, offset: 1_000, limit: 100 })))
}

function lookAway(): void {
  stopScrolling()
  socket?.close(1000, 'enough seen')
  socket = undefined
}

serveFigures(url, async () => {
  if (socket === undefined) await look()
  else lookAway()
  return { looks: socket === undefined ? 0 : 1, frames, bytes }
})
