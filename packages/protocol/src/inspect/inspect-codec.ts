/**
 * Frames of the inspect link as bytes: UTF-8 JSON in binary WebSocket messages. JSON, because its readers are people's
 * browsers and it is not on any save's way; binary, because then it takes the same sockets as the other links.
 *
 * Both ends check what they read, entirely, before they act on any of it.
 */
import { malformed, ProtocolError, tooLarge } from '../protocol-error.js'
import { properties } from './check.js'
import type { Tagged } from './check.js'
import { inspectDownFrame } from './down-frame.js'
import type { InspectDownFrame } from './down-frame.js'
import { INSPECT_DOWN_LIMIT, INSPECT_UP_LIMIT } from './limits.js'
import { inspectUpFrame } from './up-frame.js'
import type { InspectUpFrame } from './up-frame.js'

const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws ProtocolError FRAME_TOO_LARGE */
export function encodeInspectUpFrame(frame: InspectUpFrame): Uint8Array {
  return encode(frame, INSPECT_UP_LIMIT)
}

/** @throws ProtocolError FRAME_TOO_LARGE */
export function encodeInspectDownFrame(frame: InspectDownFrame): Uint8Array {
  return encode(frame, INSPECT_DOWN_LIMIT)
}

/** @throws ProtocolError FRAME_MALFORMED, FRAME_TOO_LARGE, and FRAME_UNKNOWN for a type that is not known here */
export function decodeInspectUpFrame(bytes: Uint8Array): InspectUpFrame {
  return decode(bytes, INSPECT_UP_LIMIT, inspectUpFrame)
}

/** @throws ProtocolError FRAME_MALFORMED, FRAME_TOO_LARGE, and FRAME_UNKNOWN for a type that may be skipped */
export function decodeInspectDownFrame(bytes: Uint8Array): InspectDownFrame {
  return decode(bytes, INSPECT_DOWN_LIMIT, inspectDownFrame)
}

function encode(frame: object, limit: number): Uint8Array {
  const bytes = utf8.encode(JSON.stringify(frame))
  if (bytes.length > limit) throw new ProtocolError('FRAME_TOO_LARGE', tooLarge(limit))
  return bytes
}

function decode<F extends { readonly type: string }>(bytes: Uint8Array, limit: number, { check, tags }: Tagged<F>): F {
  if (bytes.length > limit) throw new ProtocolError('FRAME_TOO_LARGE', tooLarge(limit))
  const given = parse(bytes)
  const { type } = properties(given, 'frame')
  if (typeof type === 'string' && !tags.has(type)) throw new ProtocolError('FRAME_UNKNOWN', `This version has no frame of type "${type.slice(0, 64)}".`)
  return check(given, 'frame')
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(strictUtf8.decode(bytes))
  } catch {
    throw malformed('it is no JSON in UTF-8')
  }
}
