/** Live connections that end with their session. */
import type { SessionHandle } from './session-handle.js'

/** A WebSocket, of `ws` or a browser's kind. */
export interface ClosableSocket {
  close(code?: number, reason?: string): void
  readonly readyState: number
}

/** A response that is kept open to send events: node:http's ServerResponse, or one that is like it. */
export interface EndableResponse {
  end(): unknown
  readonly writableEnded: boolean
}

/** What tells when it has closed, as Node's emitters or as browsers' targets do. */
export interface Closing {
  once?(event: 'close', listener: () => void): unknown
  addEventListener?(event: 'close', listener: () => void): unknown
}

/** Close code of a WebSocket whose session is over: "policy violation". */
const SESSION_OVER = 1008

/**
 * Closes a live connection as soon as its session is destroyed, expires or goes on under another id: a WebSocket with
 * code 1008 and the reason, a response (server-sent events) by its end. At once, if the session is over already.
 *
 * It needs no care: it follows the session for itself, so that the handle may be closed at the end of the request, and
 * stops when the connection closes.
 *
 * @returns ends it without closing anything
 * @throws UnderstudyError SESSION_CLOSED, STORE_CLOSED
 */
export function closeOnLogout(connection: (ClosableSocket | EndableResponse) & Closing, session: SessionHandle): () => void {
  const close = (): void => closeConnection(connection, session.ended ?? 'destroyed')
  if (session.ended !== undefined) {
    close()
    return () => undefined
  }
  const own = session.another()
  own.on('destroyed', close)
  const stop = (): void => own.close()
  if (connection.once !== undefined) connection.once('close', stop)
  else connection.addEventListener?.('close', stop)
  return stop
}

function closeConnection(connection: ClosableSocket | EndableResponse, reason: string): void {
  if ('close' in connection && 'readyState' in connection) connection.close(SESSION_OVER, `session ${reason}`)
  else if ('end' in connection && !connection.writableEnded) connection.end()
}
