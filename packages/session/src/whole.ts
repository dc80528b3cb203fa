/**
 * A whole session in the form in which it rests (resting.ts), on its way to a replica that holds nothing of it: checked in
 * one pass over its bytes, it can be put to rest there as it came, and is what merging its state would have made.
 *
 *     whole = as resting, with both documents as `whole` (document's whole.ts) and one spelling of all else:
 *             parts are told where they say something, operations latest first, a client once,
 *             the hash is that of the frozen document
 *
 * What has no such form (a document of several writers, above all) travels as a delta.
 */
import { WholeReader, writeWhole } from '@understudy/document'
import type { Admit, ByteReader, ByteWriter } from '@understudy/document'
import { decodeBase } from './base.js'
import { fingerprintOfWhole, hashOfWhole } from './fingerprint.js'
import { REMEMBERED_CLIENTS } from './operation-log.js'
import { timesOf } from './packed.js'
import { attributesOf } from './path.js'
import { ALL_PARTS, PART } from './resting.js'
import type { SessionBenchmark } from './session-delta.js'
import { SessionError } from './session-error.js'
import { deadlineOf } from './terms.js'

/** The names that a document brings. */
type Named = Pick<WholeReader, 'names' | 'values'>
const NO_NAMES: Named = { names: [], values: 0 }
const NOTHING_FROZEN: SessionBenchmark['frozen'] = new Map()

/**
 * Writes the whole form of a session at rest, which this process wrote.
 *
 * @returns what the session holds; undefined where it has no such form, and what was written of it is of no use
 */
export function writeWholeSession(resting: ByteReader, out: ByteWriter): SessionBenchmark | undefined {
  const from = resting.at
  const parts = resting.uint8()
  for (let times = 2 + timesOf(parts); times > 0; times--) resting.skipNumber()
  for (let numbers = 2 * resting.varUint(); numbers > 0; numbers--) resting.skipNumber()
  if (parts & PART.frozen) resting.skipNumber()
  out.copy(resting.bytes, from, resting.at)
  const frozen = parts & PART.frozen ? writeWhole(resting, out) : NOTHING_FROZEN
  if (frozen === undefined) return undefined
  const start = resting.at
  let generation = 0
  if (parts & PART.generation) {
    generation = resting.varUint()
    const length = resting.varUint()
    if (generation === 0 || length === 0) return undefined
    resting.skip(length)
  }
  out.copy(resting.bytes, start, resting.at)
  const attributes = writeWhole(resting, out)
  return attributes && { generation, attributes, frozen }
}

/** Reads whole sessions from bytes that nobody vouches for; its fields tell about the one read last. */
export class WholeSessionReader {
  /** When the session was made, ms since 1970. */
  createdAt = 0
  /** Last access, ms since 1970, and where that begins and ends in the bytes. */
  lastAccess = 0
  lastAccessAt = 0
  lastAccessEnd = 0
  /** Whether saves are told of, and whether anything is frozen. */
  hasOperations = false
  hasFrozen = false
  /** Halves of the fingerprint, unsigned. */
  high = 0
  low = 0
  #idleTimeout: number | undefined
  #absoluteDeadline: number | undefined
  readonly #frozen = new WholeReader()
  readonly #attributes = new WholeReader()
  #lastNames: readonly string[] = []
  #lastAttributes: readonly string[] = []

  /** When the session expires if it was last used then; undefined: never. ms since 1970. */
  deadlineAfter(lastAccess: number): number | undefined {
    const { createdAt } = this
    return deadlineOf({ createdAt, stamp: createdAt, ...definedOf(this.#idleTimeout, this.#absoluteDeadline) }, lastAccess)
  }

  /** The attributes that it brings. Sessions of one app have the same, and get the same list. */
  names(): readonly string[] {
    const attributes = this.#attributes
    const frozen = this.hasFrozen ? this.#frozen : NO_NAMES
    if (!this.#isNamedAsLast(attributes, frozen)) {
      this.#lastNames = attributes.names.slice(0, attributes.values).concat(frozen.names.slice(0, frozen.values))
      this.#lastAttributes = attributesOf([...new Set(this.#lastNames)])
    }
    return this.#lastAttributes
  }

  #isNamedAsLast(attributes: Named, frozen: Named): boolean {
    const last = this.#lastNames
    if (last.length !== attributes.values + frozen.values) return false
    for (let i = 0; i < attributes.values; i++) if (attributes.names[i] !== last[i]) return false
    for (let i = 0; i < frozen.values; i++) if (frozen.names[i] !== last[attributes.values + i]) return false
    return true
  }

  /**
   * Reads a session up to the end of the bytes.
   *
   * @param key under which it is held
   * @param admit which writers may have written it
   * @throws DocumentError or SessionError for whatever is not what `writeWholeSession` writes
   */
  read(reader: ByteReader, key: string, admit: Admit): void {
    const parts = reader.uint8()
    if (parts > ALL_PARTS) throw malformed(`has unknown parts (${parts})`)
    this.#readTerms(reader, parts)
    this.lastAccessAt = reader.at
    this.lastAccess = reader.varUint()
    this.lastAccessEnd = reader.at
    this.#readOperations(reader)
    this.hasFrozen = (parts & PART.frozen) !== 0
    const frozenHash = this.hasFrozen ? this.#readFrozen(reader, admit) : 0
    const isLater = (parts & PART.generation) !== 0
    const generation = isLater ? reader.varUint() : 0
    const base = isLater ? readBase(reader, generation) : undefined
    this.#attributes.read(reader, 'attributes', admit)
    if (base !== undefined) this.#requireOrigins(base)
    if (reader.left > 0) throw malformed(`is followed by ${reader.left} bytes`)
    const held = { generation, attributes: this.#attributes, frozen: this.hasFrozen ? this.#frozen : undefined, frozenHash }
    this.high = fingerprintOfWhole('high', key, held)
    this.low = fingerprintOfWhole('low', key, held)
  }

  #readTerms(reader: ByteReader, parts: number): void {
    this.createdAt = reader.varUint()
    if (parts & PART.stamp && reader.varUint() === this.createdAt) throw malformed('tells a stamp that goes without saying')
    this.#idleTimeout = parts & PART.idleTimeout ? reader.varUint() : undefined
    this.#absoluteDeadline = parts & PART.absoluteDeadline ? reader.varUint() : undefined
  }

  /** The log's own order, so that joining it to an empty one gives the same. */
  #readOperations(reader: ByteReader): void {
    const count = reader.varUint()
    if (count > REMEMBERED_CLIENTS) throw malformed(`tells of saves of ${count} clients`)
    this.hasOperations = count > 0
    const clients: number[] = []
    let lastCounter = Infinity
    for (let left = count; left > 0; left--) {
      const client = reader.varUint()
      const counter = reader.varUint()
      const isLater = counter > lastCounter || (counter === lastCounter && client > (clients.at(-1) ?? 0))
      if (isLater || clients.includes(client)) throw malformed('tells of saves in another order')
      lastCounter = counter
      clients.push(client)
    }
  }

  #readFrozen(reader: ByteReader, admit: Admit): number {
    const claimed = reader.varUint()
    const { bytes } = reader
    this.#frozen.read(reader, 'frozen', admit)
    if (this.#frozen.writer === undefined) throw malformed('has a frozen part of which nothing is there')
    const hash = hashOfWhole(this.#frozen, bytes)
    if (hash !== claimed) throw malformed('has another frozen part than it says')
    return hash
  }

  #requireOrigins(base: Uint8Array): void {
    const { carrier, origins } = decodeBase(base)
    const { writer, clock } = this.#attributes
    if (origins.length > (writer === carrier ? clock : 0)) throw malformed('has fewer entries than its base says')
  }
}

function readBase(reader: ByteReader, generation: number): Uint8Array {
  const length = reader.length()
  if (generation === 0 || length === 0) throw malformed('tells a generation without its base, or a base without its generation')
  reader.skip(length)
  return reader.bytes.subarray(reader.at - length, reader.at)
}

function definedOf(idleTimeout: number | undefined, absoluteDeadline: number | undefined) {
  return { ...(idleTimeout !== undefined && { idleTimeout }), ...(absoluteDeadline !== undefined && { absoluteDeadline }) }
}

function malformed(what: string): SessionError {
  return new SessionError('DELTA_MALFORMED', `The whole session ${what}; it is refused.`)
}
