/** Whether the nodes can be reached, for frameworks that go on without sessions while their store cannot. */
import type { AdapterSettings } from './adapter-options.js'

/** A store that tells its framework. */
export interface ConnectionEmitter {
  /**
   * `connect`: nodes can be reached again, or for the first time; or never will, and whoever asks for a session hears why.
   * `disconnect`: no node could be reached for a moment; also told soon after the start, where the client is not connected
   * yet.
   */
  emit(event: 'connect' | 'disconnect'): unknown
}

/**
 * How long nodes are out of reach before anybody is told, ms: an app whose only open link dies has the next one sooner, and
 * its requests had better wait for that than go on without their sessions.
 */
const MOMENT = 1_000

/** Lets a store tell of every change, and at once (in the next turn of the event loop) if there is no connection yet. */
export function watchConnection({ client: given, isConnecting, timeLimit }: AdapterSettings, store: ConnectionEmitter): void {
  let told = !isConnecting
  let loss: ReturnType<typeof setTimeout> | undefined
  const tell = (connected: boolean): void => {
    if (connected === told) return
    told = connected
    store.emit(connected ? 'connect' : 'disconnect')
  }
  const change = (connected: boolean): void => {
    if (!connected) {
      loss ??= setTimeout(tell, Math.min(MOMENT, timeLimit), false).unref()
      return
    }
    clearTimeout(loss)
    loss = undefined
    tell(true)
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
