/** Binding a node's port, with errors that say what to do. */
import type { Server } from 'node:http'
import { isLoopbackHost } from './access/loopback.js'
import { NodeError } from './node-error.js'

/** Host and port as in `127.0.0.1:4400` or `[::1]:0`. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Reads `host:port`.
 *
 * @throws NodeError ADDRESS_INVALID
 */
export function parseAddress(text: string): Address {
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[^:\s]+):(\d{1,5})$/.exec(text) ?? []
  if (host === undefined || Number(port) > 65_535) {
    throw new NodeError('ADDRESS_INVALID', `"${text}" is no address to listen on; write host:port, for example 127.0.0.1:4400`)
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

/**
 * Refuses to serve strangers without tokens.
 *
 * @throws NodeError INSECURE_ADDRESS
 */
export function checkExposure({ host }: Address, loopbackOnly: boolean): void {
  if (!loopbackOnly || isLoopbackHost(host)) return
  throw new NodeError('INSECURE_ADDRESS', `without tokens a node listens on loopback only, not on ${host}; give it tokens (--tokens FILE) or listen on 127.0.0.1`)
}

/**
 * Binds the port.
 *
 * @returns the port bound: the system's choice for port 0
 * @throws NodeError ADDRESS_IN_USE, ADDRESS_INVALID
 */
export function listen(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(bindingError(error, host, port)))
    server.listen(port, host, () => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port)
    })
  })
}

function bindingError(cause: NodeJS.ErrnoException, host: string, port: number): NodeError {
  if (cause.code === 'EADDRINUSE') {
    return new NodeError('ADDRESS_IN_USE', `${host}:${port} is in use; stop what listens there or choose another port`, { cause })
  }
  return new NodeError('ADDRESS_INVALID', `can't listen on ${host}:${port}: ${cause.message}`, { cause })
}
