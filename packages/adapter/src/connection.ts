/**
 * Whether the nodes can be reached, for frameworks that go on without sessions while their store cannot.
 *
 * ```
 *  connected ──no link──► patient (requests wait, each within its time limit) ──a second──► disconnected
 *      ▲────────────────────────────────────a link─────────────────────────────────────────────┘
 * ```
 * The patience is for an app whose one link ends with its node: others live, and are reached in a moment. A visitor who
 * was served without session meanwhile would look logged out, and what such a request writes is lost without a word.
 */
import type { AdapterSettings } from './adapter-options.js'

/** ms without any link before the framework is told, or the time limit of requests where that is shorter. */
const PATIENCE = 1_000

/** A store that tells its framework. */
export interface ConnectionEmitter {
  /**
   * `disconnect`: for a while no node could be reached. `connect`: one can again, or for the first time; or none ever
   * will, and whoever asks for a session hears why.
   */
  emit(event: 'connect' | 'disconnect'): unknown
}

/** Lets a store tell of every change. Frameworks take a store that says nothing for connected. */
export function watchConnection({ client: given, isConnecting, timeLimit }: AdapterSettings, store: ConnectionEmitter): void {
  let isTold = false
  let patience: NodeJS.Timeout | undefined
  const lost = (): void => {
    patience ??= setTimeout(() => {
      isTold = true
      store.emit('disconnect')
    }, Math.min(timeLimit, PATIENCE)).unref()
  }
  const reached = (): void => {
    clearTimeout(patience)
    patience = undefined
    if (isTold) store.emit('connect')
    isTold = false
  }
  if (isConnecting) lost()
  given.then(
    (client) => {
      const look = (): void => (client.isConnected ? reached() : lost())
      look()
      client.on('connected', look)
      client.on('disconnected', look)
    },
    // There will be no store. An app that went on without sessions would not say so; one that asks for them gets the error.
    reached,
  )
}
