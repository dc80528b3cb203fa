/**
 * The bytes of the client link, both ways.
 *
 *   message := frame | ⟨0⟩ frame*       several frames: from version 3 on
 *
 * Stateless: every message is read by itself, so a bad one harms no other, and messages may be encoded in any order.
 * Frames in one message share a memory, so that what one of them named the next ones name by number.
 */

import type { Frame, Messages } from '../codec/message.js'
import { CLIENT_FRAME_LIMIT } from '../limits.js'
import { LinkReader } from '../link/link-reader.js'
import { LinkWriter } from '../link/link-writer.js'
import { asProtocolError } from '../protocol-error.js'
import { downMessages, type ClientDownFrame } from './down/down-frame.js'
import { upMessages, type ClientUpFrame } from './up/up-frame.js'

/** The first byte of a message of several frames; no frame has this tag. */
export const BATCH = 0

/** One for all frames: encoding is not interrupted. */
const writer = new LinkWriter(CLIENT_FRAME_LIMIT)

/**
 * The bytes of a frame from client to node.
 * @throws ProtocolError `FRAME_TOO_LARGE` beyond `CLIENT_FRAME_LIMIT`, `FRAME_MALFORMED` for a value that does not fit
 */
export function encodeClientUpFrame(frame: ClientUpFrame): Uint8Array {
  return encode(upMessages, frame)
}

/** The frame from client to node that these bytes are; throws ProtocolError of any code. */
export function decodeClientUpFrame(bytes: Uint8Array): ClientUpFrame {
  return decode(upMessages, bytes)
}

/** The frames in a message from client to node, in order; throws ProtocolError of any code when one of them is bad. */
export function decodeClientUpMessage(bytes: Uint8Array): readonly ClientUpFrame[] {
  return decodeMessage(upMessages, bytes)
}

/**
 * The bytes of a frame from node to client.
 * @throws ProtocolError `FRAME_TOO_LARGE` beyond `CLIENT_FRAME_LIMIT`, `FRAME_MALFORMED` for a value that does not fit
 */
export function encodeClientDownFrame(frame: ClientDownFrame): Uint8Array {
  return encode(downMessages, frame)
}

/** The frame from node to client that these bytes are; throws ProtocolError of any code. */
export function decodeClientDownFrame(bytes: Uint8Array): ClientDownFrame {
  return decode(downMessages, bytes)
}

/** The frames in a message from node to client, in order; throws ProtocolError of any code when one of them is bad. */
export function decodeClientDownMessage(bytes: Uint8Array): readonly ClientDownFrame[] {
  return decodeMessage(downMessages, bytes)
}

function encode<F extends Frame>(messages: Messages<F>, frame: F): Uint8Array {
  try {
    writer.start()
    writer.forget()
    messages.write(writer, frame)
    return writer.finish()
  } catch (error) {
    throw asProtocolError(error)
  }
}

function decode<F extends Frame>(messages: Messages<F>, bytes: Uint8Array): F {
  const reader = new LinkReader(CLIENT_FRAME_LIMIT)
  reader.reset(bytes)
  return messages.read(reader)
}

function decodeMessage<F extends Frame>(messages: Messages<F>, bytes: Uint8Array): readonly F[] {
  if (bytes[0] !== BATCH) return [decode(messages, bytes)]
  const reader = new LinkReader(CLIENT_FRAME_LIMIT)
  reader.reset(bytes)
  reader.skip(1)
  const frames: F[] = []
  while (reader.left > 0) frames.push(messages.readNext(reader))
  return frames
}
