/** A stock Yjs program that follows a session with y-websocket, knowing nothing of Understudy but its address and roots. */
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import { readEntries } from '@understudy/client'
import type { Value } from '@understudy/client'
import * as Y from 'yjs'

/** One follower; the document is its own. */
export class YjsFollower {
  readonly doc = new Y.Doc()
  readonly provider: WebsocketProvider
  /** Code of the close that ended it for good. */
  readonly ended: Promise<number>

  /**
   * @param node a node that holds the session
   * @param headers what else to send when connecting, as a browser would an origin
   * @param protocols WebSocket subprotocols, by which browsers present a token
   */
  constructor(
    node: { readonly url: string },
    key: string,
    headers: Readonly<Record<string, string>> = {},
    protocols: string[] = [],
  ) {
    class Polyfill extends WebSocket {
      constructor(url: string, asked: string[]) {
        super(url, asked, { headers })
      }
    }
    this.provider = new WebsocketProvider(`${node.url}/yjs`, key, this.doc, {
      WebSocketPolyfill: asBrowserSocket(Polyfill),
      disableBc: true,
      protocols,
      maxBackoffTime: 50,
    })
    this.ended = new Promise((resolve) => this.provider.on('closed', ({ code }) => resolve(code)))
    onTestFinished(() => this.provider.destroy())
  }

  /** Resolves when the provider considers itself synced. */
  async whenSynced(): Promise<this> {
    if (!this.provider.synced) await new Promise((resolve) => this.provider.once('sync', resolve))
    return this
  }

  /** Resolves with the message of a refused connection attempt. */
  whenRefused(): Promise<string> {
    return new Promise((resolve) =>
      this.provider.on('connection-error', (event) => resolve('message' in event ? String(event.message) : event.type)),
    )
  }

  /** The session's attributes, as the README says to read them: frozen ones win. */
  get attributes(): Record<string, unknown> {
    const entries = (root: string): [string, Value?][] => this.doc.getArray<[string, Value?]>(root).toJSON()
    return { ...readEntries(entries('attributes')), ...readEntries(entries('frozen')) }
  }
}

/** `ws` is what y-websocket's documentation says to use in Node; only their types disagree. */
function asBrowserSocket(socket: unknown): typeof globalThis.WebSocket {
  if (!isBrowserSocket(socket)) throw new TypeError('no WebSocket')
  return socket
}

function isBrowserSocket(socket: unknown): socket is typeof globalThis.WebSocket {
  return typeof socket === 'function'
}
