/**
 * The opening state: the whole of a document, on its way to a replica that holds nothing of it.
 *
 *     1 writer, from clock 0: [entries] [deleted run] [entries] … each after the one before │ deletes just those runs
 *
 * So a session looks that one primary wrote. A first sync is nothing but such updates, and so are sessions read from
 * disk or after a rest. Checked and turned into segments in one pass over the bytes, without taking the update apart. As
 * with the usual update (usual-update.ts), what is not exactly this goes the long way, whether it is wrong or merely
 * unusual.
 */
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import type { OpeningState } from './compact.js'
import { readName } from './known-names.js'
import { NAME_LIMIT } from './name.js'
import { FOLLOWS, LIVE, ORIGIN, REPLACED } from './segment.js'
import { CLOCK_LIMIT } from './state-vector.js'
import type { Admit } from './strict-check.js'
import { NO_TAIL, tailAt, withRoom } from './tail.js'
import { UPDATE_LIMIT } from './update-decoding.js'
import { CONTENT, ENTRY, HAS_ORIGIN } from './update-encoding.js'
import { skipValue } from './value-bytes.js'
import { rootOf, type Root } from './writer-id.js'

/** More entries go the long way, where a table finds those of the same name. */
export const MOST_ENTRIES = 64

const reader = new ByteReader(new Uint8Array(0), 'DELTA_MALFORMED')
const out = new ByteWriter()

/** Reads one opening state. */
class Opening {
  /** All names, and those that have a value. */
  readonly #seen: string[] = []
  readonly #names: string[] = []
  /** Clock and length of each deleted run. */
  readonly #runs: number[] = []
  /** Where the tags of live entries are. */
  readonly #tags: number[] = []
  #writer = 0
  #clock = 0

  /** @returns undefined for an update of any other shape */
  read(root: Root, admit: Admit): OpeningState | undefined {
    const structs = reader.varUint()
    this.#writer = reader.varUint()
    if (reader.varUint() !== 0) return undefined
    for (let left = structs; left > 0; left--) if (!this.#struct(root)) return undefined
    const hasRuns = this.#runs.length > 0
    if (this.#clock === 0 || this.#clock >= CLOCK_LIMIT || !this.#areDeleted() || reader.left > 0) return undefined
    if (rootOf(this.#writer) !== root || !admit(this.#writer)) return undefined
    const used = out.length
    const bytes = new Uint8Array(withRoom(used))
    out.copyTo(bytes)
    // What is gone may have been replaced by any entry that is left.
    if (hasRuns) for (const at of this.#tags) bytes[at] = (bytes[at] ?? 0) | REPLACED.unknown
    const last = this.#tags.at(-1)
    const tail = hasRuns || last === undefined || this.#clock === 1 ? NO_TAIL : tailAt(last, false)
    return { writer: this.#writer, end: this.#clock, bytes, used, tail, names: this.#names }
  }

  #struct(root: Root): boolean {
    const info = reader.uint8()
    if (this.#clock === 0) {
      if (info >= HAS_ORIGIN || reader.varUint() !== 1 || reader.text(reader.length()) !== root) return false
    } else if (info < HAS_ORIGIN || reader.varUint() !== this.#writer || reader.varUint() !== this.#clock - 1) return false
    const content = info & ~HAS_ORIGIN
    return content === CONTENT.any ? this.#entries() : content === CONTENT.deleted && this.#run()
  }

  #entries(): boolean {
    const count = reader.varUint()
    if (count === 0 || this.#seen.length + count > MOST_ENTRIES) return false
    for (let left = count; left > 0; left--) if (!this.#entry()) return false
    return true
  }

  #entry(): boolean {
    if (reader.uint8() !== ENTRY.array) return false
    const items = reader.uint8()
    if ((items !== 1 && items !== 2) || reader.uint8() !== ENTRY.text) return false
    const nameLength = reader.length()
    const nameAt = reader.at
    if (nameLength === 0 || nameLength > NAME_LIMIT) return false
    const name = readName(reader, nameLength)
    if (name === undefined || this.#seen.includes(name)) return false
    this.#seen.push(name)
    const valueAt = reader.at
    if (items === 2) {
      skipValue(reader)
      this.#names.push(name)
    }
    this.#tags.push(out.length)
    this.#ids(LIVE)
    out.varUint(nameLength)
    out.varUint(reader.at - valueAt)
    out.copy(reader.bytes, nameAt, reader.at)
    this.#clock++
    return true
  }

  #run(): boolean {
    const length = reader.varUint()
    const [before = 0, beforeLength = 0] = this.#runs.slice(-2)
    // Runs side by side would be one.
    const isBeside = this.#runs.length > 0 && before + beforeLength === this.#clock
    if (length === 0 || length >= CLOCK_LIMIT - this.#clock || isBeside) return false
    this.#ids(0)
    out.varUint(length)
    this.#runs.push(this.#clock, length)
    this.#clock += length
    return true
  }

  /** Tag and ids of a segment: the first names its writer, by index, and its clock; the others follow. */
  #ids(tag: number): void {
    if (this.#clock > 0) return out.uint8(tag | FOLLOWS)
    out.uint8(tag | ORIGIN.none)
    out.uint8(0)
    out.uint8(0)
  }

  /** Whether the update deletes just the runs that arrive deleted. */
  #areDeleted(): boolean {
    const runs = this.#runs
    if (runs.length === 0) return reader.varUint() === 0
    if (reader.varUint() !== 1 || reader.varUint() !== this.#writer || reader.varUint() !== runs.length / 2) return false
    return runs.every((number) => reader.varUint() === number)
  }
}

/**
 * The document that an opening state is of; undefined for any other update.
 *
 * @throws DocumentError as decodeUpdate does, for bytes that both would refuse
 */
export function openingState(update: Uint8Array, root: Root, admit: Admit): OpeningState | undefined {
  if (update[0] !== 1 || update.length > UPDATE_LIMIT) return undefined
  reader.reset(update, 1)
  out.reset()
  return new Opening().read(root, admit)
}
