/** What a client sees of the simulated world. */
import type { SocketEvents } from '@understudy/client'
import type { Network } from '../world/network.js'
import type { Process } from '../world/process.js'

/** The environment of a client that is this process. */
export function clientEnvironment(process: Process, network: Network) {
  return {
    now: () => process.now(),
    random: () => process.random(),
    startTimer: (ms: number, run: () => void) => process.after(ms, run),
    soon: (run: () => void) => void process.after(0, run),
    openSocket: opener(process, network),
  }
}

/** Opens sockets of this process. */
export function opener(process: Process, network: Network) {
  return ({ url }: { readonly url: string }, events: SocketEvents) => open(process, network, url, events)
}

function open(process: Process, network: Network, url: string, events: SocketEvents): { send(bytes: Uint8Array): void; close(): void } {
  let send: (bytes: Uint8Array) => void = () => {}
  let over = false
  let hangUp = (): void => {}
  const end = (reason: string): void => {
    if (over) return
    over = true
    events.closed({ reason, unauthorized: false })
  }
  const cancel = network.dial(
    process,
    url,
    (socket) => {
      send = (bytes) => socket.send(bytes)
      hangUp = () => socket.close(1000, '')
      socket.message = (bytes) => void (over || events.received(bytes))
      socket.closed = () => end('connection lost')
      events.opened()
    },
    (error) => end(error.message),
  )
  return {
    send: (bytes) => send(bytes),
    close: () => {
      over = true
      cancel()
      hangUp()
    },
  }
}
