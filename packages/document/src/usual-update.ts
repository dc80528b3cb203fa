/**
 * The usual update: the document's last writer goes on with one entry, which takes the place of the one of its name.
 *
 *     1 writer, 1 struct: writer, clock │ origin: the last item │ [name, value] │ deletes that one entry, or nothing
 *
 * Recognised and checked in one pass over the bytes, against the document, without taking the update apart. It is a
 * shorter way through decodeUpdate and newsOf, never another one: what is not exactly this goes there, whether it is
 * wrong or merely unusual.
 */
import { ByteReader } from './byte-reader.js'
import type { Compact } from './compact.js'
import { FreshEntry, type EntryPlace } from './fresh-entry.js'
import { isPrototypeKey, NAME_LIMIT } from './name.js'
import { SegmentCursor } from './segment.js'
import { CLOCK_LIMIT } from './state-vector.js'
import type { Admit } from './strict-check.js'
import { tailIsNamed, tailPlace } from './tail.js'
import { UPDATE_LIMIT } from './update-decoding.js'
import { CONTENT, ENTRY, HAS_ORIGIN } from './update-encoding.js'
import { skipValue } from './value-bytes.js'

const NO_BYTES = new Uint8Array(0)
const reader = new ByteReader(NO_BYTES, 'DELTA_MALFORMED')
const seeker = new SegmentCursor({ bytes: NO_BYTES, used: 0 })

/** No entry is deleted. */
const NOTHING = -1

/**
 * The entry that a usual update appends to the document as its last writer; undefined for any other update.
 *
 * @throws DocumentError as decodeUpdate does, for bytes that both would refuse
 */
export function usualEntry(compact: Compact, update: Uint8Array, admit: Admit): FreshEntry | undefined {
  const writer = compact.writers[compact.lastWriter]
  if (writer === undefined || update[0] !== 1 || update[1] !== 1 || update.length > UPDATE_LIMIT) return undefined
  reader.reset(update, 2)
  const clock = compact.lastClock + 1
  if (reader.varUint() !== writer || reader.varUint() !== clock || clock + 1 >= CLOCK_LIMIT) return undefined
  if (reader.uint8() !== (HAS_ORIGIN | CONTENT.any)) return undefined
  if (reader.varUint() !== writer || reader.varUint() !== clock - 1 || reader.uint8() !== 1) return undefined
  const place = readPlace(compact, update)
  if (place === undefined) return undefined
  const deletions = reader.varUint()
  const deletedBy = deletions === 1 ? reader.varUint() : writer
  if (deletions > 1 || (deletions === 1 && reader.uint8() !== 1)) return undefined
  const deleted = deletions === 1 ? reader.varUint() : NOTHING
  if ((deletions === 1 && reader.uint8() !== 1) || reader.left > 0 || !admit(writer)) return undefined
  const entry = new FreshEntry(update, update, place)
  return takesPlace(compact, entry, deletedBy, deleted) ? entry : undefined
}

/** Where name and value are. */
function readPlace(compact: Compact, update: Uint8Array): EntryPlace | undefined {
  if (reader.uint8() !== ENTRY.array) return undefined
  const items = reader.uint8()
  if ((items !== 1 && items !== 2) || reader.uint8() !== ENTRY.text) return undefined
  const nameLength = reader.length()
  const nameAt = reader.at
  if (nameLength === 0 || nameLength > NAME_LIMIT) return undefined
  // A name that the document has is a good one.
  if (tailIsNamed(compact, update, nameAt, nameLength)) reader.skip(nameLength)
  else if (isPrototypeKey(reader.text(nameLength))) return undefined
  const valueAt = reader.at
  if (items === 2) skipValue(reader)
  return { nameAt, nameLength, valueAt, valueLength: reader.at - valueAt }
}

/** Whether the entry is the only successor of the only entry of its name, and that is what is deleted. */
function takesPlace(compact: Compact, entry: FreshEntry, deletedBy: number, deleted: number): boolean {
  const { nameAt, nameLength } = entry.place
  if (tailIsNamed(compact, entry.names, nameAt, nameLength)) {
    if (deleted !== compact.lastClock || deletedBy !== compact.writers[compact.lastWriter]) return false
    entry.noteValueAt(compact.bytes, tailPlace(compact))
    return true
  }
  let found = false
  seeker.reset(compact)
  while (seeker.next()) {
    if (!seeker.live || !entry.succeeds(seeker)) continue
    if (found || seeker.clock !== deleted || compact.writers[seeker.writer] !== deletedBy) return false
    found = true
    entry.noteValue(seeker)
  }
  return found || deleted === NOTHING
}
