/**
 * Hocuspocus: the app holds a live document and a provider of each session over one connection, the server another
 * document. The server says that an update is saved when it has applied it.
 */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import { WebSocket } from 'ws'
import { Doc } from 'yjs'
import { Child } from '../processes/child.js'
import { ATTRIBUTES, CHANGING, scattered, valueOf } from '../workload/attributes.js'
import { inFlight } from '../workload/in-flight.js'
import { Saves } from '../workload/saves.js'
import type { SystemKind } from './system.js'

/** The app's side. */
export class ProvidedSessions {
  readonly #socket: HocuspocusProviderWebsocket
  readonly #providers: HocuspocusProvider[] = []

  /** Connects. */
  constructor(url: string) {
    this.#socket = new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: WebSocket, messageReconnectTimeout: 3_600_000 })
  }

  /** Attaches the next document; resolves when it is in sync. */
  attach(document: Doc): Promise<void> {
    const name = `session ${this.#providers.length}`
    return new Promise((resolve) => {
      const provider = new HocuspocusProvider({ name, document, websocketProvider: this.#socket, awareness: null, onSynced: () => resolve() })
      this.#providers.push(provider)
      provider.attach()
    })
  }

  /** Writes attributes; resolves when the server has them. */
  save(number: number, attributes: readonly (readonly [string, string])[]): Promise<void> {
    const provider = this.#providers[number]
    if (provider === undefined) return Promise.resolve()
    const { document } = provider
    document.transact(() => {
      for (const [name, value] of attributes) document.getMap('attributes').set(name, value)
    })
    return new Promise((resolve) => {
      if (!provider.hasUnsyncedChanges) return resolve()
      const heard = ({ number: left }: { readonly number: number }): void => {
        if (left > 0) return
        provider.off('unsyncedChanges', heard)
        resolve()
      }
      provider.on('unsyncedChanges', heard)
    })
  }

  /** Disconnects. */
  close(): void {
    // The socket first: each provider leaves its lists of listeners, which as long as they are full takes a minute for 10,000.
    this.#socket.destroy()
    for (const provider of this.#providers) provider.destroy()
  }
}

/** See the file's header. */
export const hocuspocus: SystemKind = {
  name: 'Hocuspocus',
  processes: ['server'],
  others: true,
  async start({ sessions, through }) {
    const child = await Child.start('hocuspocus.js')
    const live = new ProvidedSessions((await through?.(child.url)) ?? child.url)
    await inFlight(sessions, 64, () => live.attach(new Doc({ guid: '' })))
    await inFlight(sessions, 64, (number) => live.save(number, ATTRIBUTES))
    return {
      saves: new Saves((number) => live.save(scattered(number, sessions), [[CHANGING, valueOf(number)]])),
      cpu: async () => ({ server: (await child.figures())['cpu'] ?? 0 }),
      async close() {
        live.close()
        await child.close()
      },
    }
  },
}
