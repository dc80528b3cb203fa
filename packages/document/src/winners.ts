/** Which entry of each name counts, and where its value is: of concurrent entries of one name the last one wins. */
import { equalBytes } from './byte-writer.js'
import type { Compact } from './compact.js'
import { SegmentCursor, type ValuePlace } from './segment.js'

const NO_PLACE: ValuePlace = { at: 0, length: 0, nameLength: 0 }

/** The place of each name's value. With a prefix, of the names that begin so and go on. */
export function winnersOf(compact: Compact, prefix?: Uint8Array): Map<string, ValuePlace> {
  const winners = new Map<string, ValuePlace>()
  const cursor = new SegmentCursor(compact)
  while (cursor.next()) {
    if (!cursor.live || (prefix !== undefined && !beginsWith(cursor, prefix))) continue
    const { nameLength, valueAt: at, valueLength: length } = cursor
    winners.set(cursor.name, { at, length, nameLength })
  }
  return winners
}

function beginsWith({ bytes, nameAt, nameLength }: SegmentCursor, prefix: Uint8Array): boolean {
  return nameLength > prefix.length && equalBytes(bytes, nameAt, prefix, 0, prefix.length)
}

/** The names of which `now` has another value than `before`, or has an entry where there was a value. */
export function namesOfDifferent(before: Compact, now: Compact): string[] {
  const old = winnersOf(before)
  return Array.from(winnersOf(now))
    .filter(([name, place]) => !isSame(before, old.get(name), now, place))
    .map(([name]) => name)
}

function isSame(a: Compact, old: ValuePlace = NO_PLACE, b: Compact, now: ValuePlace): boolean {
  return old.length === now.length && equalBytes(a.bytes, old.at, b.bytes, now.at, now.length)
}
