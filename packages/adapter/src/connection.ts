/** Whether the nodes can be reached, for frameworks that go on without sessions while their store cannot. */
import type { AdapterSettings } from './adapter-options.js'

/** A store that tells its framework. */
export interface ConnectionEmitter {
  /**
   * `connect`: nodes can be reached again, or for the first time; or never will, and whoever asks for a session hears why.
   * `disconnect`: no node can be reached; also told soon after the start, where the client is not connected yet.
   */
  emit(event: 'connect' | 'disconnect'): unknown
}

/** Lets a store tell of every change, and at once (in the next turn of the event loop) if there is no connection yet. */
export function watchConnection({ client: given, isConnecting }: AdapterSettings, store: ConnectionEmitter): void {
  let connected = !isConnecting
  const change = (now: boolean): void => {
    if (now === connected) return
    connected = now
    store.emit(now ? 'connect' : 'disconnect')
  }
  // Frameworks listen only after the store was made.
  if (isConnecting) queueMicrotask(() => void store.emit('disconnect'))
  given.then(
    (client) => {
      change(client.isConnected)
      client.on('connected', () => change(true))
      client.on('disconnected', () => change(client.isConnected))
    },
    // There will be no store. An app that went on without sessions would not say so; one that asks for them gets the error.
    () => change(true),
  )
}
