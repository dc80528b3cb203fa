/**
 * A session or death marker as a record on disk:
 *
 *     format 1 · kind · sequence · fingerprint · death:   at, reason
 *                                              · session: deadline + 1 or 0, state (documents, terms, …)
 *                                              · session of a user: mark of the attribute, 0 or 1 · user, then the same
 *     format 1 · kind · at                       a user's logout, under the user's key
 *
 * The head can be read without the documents: it is all that a store needs to know of a session that nobody uses.
 */
import { isUserKey } from '@understudy/session'
import type { Death, OperationId, SessionDelta, Terms, UserKey } from '@understudy/session'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { StoreError } from './store-error.js'

const FORMAT = 1
const SESSION = 0
const DESTROYED = 1
const EXPIRED = 2
const FILED_SESSION = 3
const LOGOUT = 4
/** Bytes of a user's key. */
const USER_BYTES = 16

/** Whose a session is, and how that is known. */
export interface FiledUnder {
  /** Mark of the attribute by which it is filed. */
  readonly attribute: number
  /** Undefined: it is nobody's. */
  readonly user: UserKey | undefined
}

/** What is known of a record without reading its documents. */
export interface RecordHead {
  /** Slot sequence of the latest change when it was written. */
  readonly sequence: number
  readonly fingerprint: readonly [number, number]
  readonly death: Death | undefined
  /** Of a living session, ms since 1970; undefined: it does not expire. */
  readonly deadline: number | undefined
  /** Of a living session, by which attribute it was filed, and under whom. */
  readonly filed?: FiledUnder | undefined
}

/** What a record is made of. */
export interface RecordParts extends RecordHead {
  /** The living session's state. */
  readonly state: SessionDelta | undefined
}

/** The bytes of a record. */
export function encodeRecord({ sequence, fingerprint, death, deadline, filed, state }: RecordParts): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, FORMAT)
  const living = filed === undefined ? SESSION : FILED_SESSION
  encoding.writeUint8(encoder, death === undefined ? living : death.reason === 'destroyed' ? DESTROYED : EXPIRED)
  encoding.writeVarUint(encoder, sequence)
  encoding.writeUint32(encoder, fingerprint[0])
  encoding.writeUint32(encoder, fingerprint[1])
  if (death !== undefined) encoding.writeVarUint(encoder, death.at)
  else if (state !== undefined) {
    if (filed !== undefined) writeFiled(encoder, filed)
    writeOptional(encoder, deadline)
    writeState(encoder, state)
  }
  return encoding.toUint8Array(encoder)
}

/**
 * The head of a record.
 *
 * @throws StoreError SESSION_DAMAGED
 */
export function decodeHead(bytes: Uint8Array): RecordHead {
  return reading(bytes, readHead)
}

/**
 * The state of a living session.
 *
 * @throws StoreError SESSION_DAMAGED
 */
export function decodeState(bytes: Uint8Array): SessionDelta {
  return reading(bytes, (decoder) => {
    if (readHead(decoder).death !== undefined) throw new RangeError('it is a death marker')
    return readState(decoder)
  })
}

function reading<T>(bytes: Uint8Array, read: (decoder: decoding.Decoder) => T): T {
  try {
    return read(decoding.createDecoder(bytes))
  } catch (error) {
    throw new StoreError('SESSION_DAMAGED', `a record on disk makes no sense (${String(error)}); it is set aside`)
  }
}

function readHead(decoder: decoding.Decoder): RecordHead {
  const format = decoding.readUint8(decoder)
  const kind = decoding.readUint8(decoder)
  if (format !== FORMAT || kind > FILED_SESSION) throw new RangeError(`it is of format ${format} and kind ${kind}`)
  const sequence = decoding.readVarUint(decoder)
  const fingerprint = [decoding.readUint32(decoder), decoding.readUint32(decoder)] as const
  if (kind === FILED_SESSION) return { sequence, fingerprint, death: undefined, filed: readFiled(decoder), deadline: readOptional(decoder) }
  if (kind === SESSION) return { sequence, fingerprint, death: undefined, deadline: readOptional(decoder) }
  const reason = kind === DESTROYED ? 'destroyed' : 'expired'
  return { sequence, fingerprint, death: { at: decoding.readVarUint(decoder), reason }, deadline: undefined }
}

/** The record of a user's logout. */
export function encodeLogout(at: number): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, FORMAT)
  encoding.writeUint8(encoder, LOGOUT)
  encoding.writeVarUint(encoder, at)
  return encoding.toUint8Array(encoder)
}

/**
 * When the user was logged out whose record this is; undefined for a record of a session.
 *
 * @throws StoreError SESSION_DAMAGED
 */
export function decodeLogout(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== FORMAT || bytes[1] !== LOGOUT) return undefined
  return reading(bytes.subarray(2), (decoder) => decoding.readVarUint(decoder))
}

function writeFiled(encoder: encoding.Encoder, { attribute, user }: FiledUnder): void {
  encoding.writeUint32(encoder, attribute)
  encoding.writeUint8(encoder, user === undefined ? 0 : 1)
  if (user === undefined) return
  for (let at = 0; at < 2 * USER_BYTES; at += 2) encoding.writeUint8(encoder, Number.parseInt(user.slice(at, at + 2), 16))
}

function readFiled(decoder: decoding.Decoder): FiledUnder {
  const attribute = decoding.readUint32(decoder)
  if (decoding.readUint8(decoder) === 0) return { attribute, user: undefined }
  let user = ''
  for (let i = 0; i < USER_BYTES; i++) user += decoding.readUint8(decoder).toString(16).padStart(2, '0')
  if (!isUserKey(user)) throw new RangeError('its user has no key')
  return { attribute, user }
}

function writeState(encoder: encoding.Encoder, state: SessionDelta): void {
  const { generation, base, attributes, frozen, frozenHash, terms, lastAccess, operations } = state
  if (terms === undefined) throw new RangeError('the state of a session is without its terms')
  encoding.writeVarUint(encoder, generation)
  writeBytes(encoder, base)
  writeBytes(encoder, attributes)
  writeBytes(encoder, frozen)
  writeOptional(encoder, frozenHash)
  encoding.writeVarUint(encoder, terms.createdAt)
  encoding.writeVarUint(encoder, terms.stamp)
  writeOptional(encoder, terms.idleTimeout)
  writeOptional(encoder, terms.absoluteDeadline)
  writeOptional(encoder, lastAccess)
  encoding.writeVarUint(encoder, operations?.length ?? 0)
  for (const { client, counter } of operations ?? []) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, counter)
  }
}

function readState(decoder: decoding.Decoder): SessionDelta {
  const generation = decoding.readVarUint(decoder)
  const base = readBytes(decoder)
  const attributes = readBytes(decoder)
  const frozen = readBytes(decoder)
  const frozenHash = readOptional(decoder)
  const terms = readTerms(decoder)
  const lastAccess = readOptional(decoder)
  const operations = readOperations(decoder)
  return {
    generation,
    terms,
    operations,
    ...(base && { base }),
    ...(attributes && { attributes }),
    ...(frozen && { frozen }),
    ...(frozenHash !== undefined && { frozenHash }),
    ...(lastAccess !== undefined && { lastAccess }),
  }
}

function readTerms(decoder: decoding.Decoder): Terms {
  const createdAt = decoding.readVarUint(decoder)
  const stamp = decoding.readVarUint(decoder)
  const idleTimeout = readOptional(decoder)
  const absoluteDeadline = readOptional(decoder)
  return { createdAt, stamp, ...(idleTimeout !== undefined && { idleTimeout }), ...(absoluteDeadline !== undefined && { absoluteDeadline }) }
}

function readOperations(decoder: decoding.Decoder): OperationId[] {
  const operations: OperationId[] = []
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    operations.push({ client: decoding.readVarUint(decoder), counter: decoding.readVarUint(decoder) })
  }
  return operations
}

function writeBytes(encoder: encoding.Encoder, bytes: Uint8Array | undefined): void {
  encoding.writeUint8(encoder, bytes === undefined ? 0 : 1)
  if (bytes !== undefined) encoding.writeVarUint8Array(encoder, bytes)
}

function readBytes(decoder: decoding.Decoder): Uint8Array | undefined {
  return decoding.readUint8(decoder) === 0 ? undefined : decoding.readVarUint8Array(decoder).slice()
}

/** A number that may be absent: 0 for none, else one more. */
function writeOptional(encoder: encoding.Encoder, number: number | undefined): void {
  encoding.writeVarUint(encoder, number === undefined ? 0 : number + 1)
}

function readOptional(decoder: decoding.Decoder): number | undefined {
  const number = decoding.readVarUint(decoder)
  return number === 0 ? undefined : number - 1
}
