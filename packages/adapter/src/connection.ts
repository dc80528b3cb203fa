/** Whether the nodes can be reached, for frameworks that go on without sessions while their store cannot. */
import type { AdapterSettings } from './adapter-options.js'

/** Hears of the connection. */
export interface ConnectionListener {
  /** Nodes can be reached again, or for the first time; or never will, and whoever asks for a session hears why. */
  connected(): void
  /** No node can be reached. Also told soon after the start, where the client is not connected yet. */
  disconnected(): void
}

/** Tells a listener of every change, and at once (in the next turn of the event loop) if there is no connection yet. */
export function watchConnection({ client: given, isConnecting }: AdapterSettings, listener: ConnectionListener): void {
  let connected = !isConnecting
  const change = (now: boolean): void => {
    if (now === connected) return
    connected = now
    if (now) listener.connected()
    else listener.disconnected()
  }
  // Frameworks listen only after the store was made.
  if (isConnecting) queueMicrotask(() => listener.disconnected())
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
