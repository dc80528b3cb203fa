/**
 * A WebSocket as the client needs it; `socket-node.ts` and `socket-browser.ts` are its two forms, chosen by the import
 * `#socket` (package.json, `imports`).
 *
 * Invariants: binary messages only; `closed` is called exactly once, also when the socket never opened, and nothing is
 * called after it; no callback runs before `openSocket` has returned.
 */

/** Where to connect, and with which token. */
export interface SocketAddress {
  /** ws:// or wss:// URL of the client link. */
  readonly url: string
  /** The secret; sent in a header (Node) or as a subprotocol (browsers), never in the URL. */
  readonly token?: string | undefined
}

/** Why a socket closed. */
export interface SocketEnd {
  /** For people. */
  readonly reason: string
  /** The node answered that the token is missing or wrong. */
  readonly unauthorized: boolean
}

/** What a socket tells. */
export interface SocketEvents {
  /** Messages can be sent from now on. */
  opened(): void
  /** One binary message came. */
  received(bytes: Uint8Array): void
  /** The socket is gone. */
  closed(end: SocketEnd): void
}

/** An open or opening socket. */
export interface Socket {
  /** Sends one binary message; ignored when the socket is closing. */
  send(bytes: Uint8Array): void
  /** Closes after what was sent; no event follows. */
  close(): void
}

/** Opens a socket. */
export type OpenSocket = (address: SocketAddress, events: SocketEvents) => Socket

/** Both forms also export `soon(run)`: calls once the events at hand have been dealt with. */
export type Soon = (run: () => void) => void

/** WebSocket close code with which a node says that the token is missing or wrong, for clients that see no HTTP status. */
export const CLOSE_UNAUTHORIZED = 4401
