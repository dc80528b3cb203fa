/** Ranges of item ids, as Yjs' delete sets hold them. */
import type { ByteWriter } from './byte-writer.js'

/** `length` items of one writer, from `clock` on. */
export interface IdRange {
  readonly writer: number
  readonly clock: number
  readonly length: number
}

/** Writes a delete set as Yjs does: writers descending, clocks ascending, what touches joined. */
export function writeDeleteSet(out: ByteWriter, ranges: readonly IdRange[]): void {
  const groups = grouped(ranges)
  out.varUint(groups.length)
  for (const group of groups) {
    out.varUint(group[0]?.writer ?? 0)
    out.varUint(group.length)
    for (const { clock, length } of group) {
      out.varUint(clock)
      out.varUint(length)
    }
  }
}

function grouped(ranges: readonly IdRange[]): (readonly IdRange[])[] {
  if (ranges.length < 2) return ranges.length === 0 ? [] : [ranges]
  const groups: IdRange[][] = []
  const sorted = ranges.toSorted((a, b) => b.writer - a.writer || a.clock - b.clock)
  for (const range of sorted) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    if (group === undefined || last?.writer !== range.writer) groups.push([range])
    else if (last.clock + last.length < range.clock) group.push(range)
    else group[group.length - 1] = joined(last, range)
  }
  return groups
}

function joined(left: IdRange, right: IdRange): IdRange {
  const end = Math.max(left.clock + left.length, right.clock + right.length)
  return { writer: left.writer, clock: left.clock, length: end - left.clock }
}

/** Answers whether an id is in a set of ranges, quickest for ids that are asked in order. */
export class IdRanges {
  readonly #byWriter = new Map<number, IdRange[]>()
  // The writer that was asked about last: neighbours in a document mostly have the same.
  #writer = -1
  #ranges: readonly IdRange[] | undefined

  /** `ranges`: within a writer ascending and apart. */
  constructor(ranges: readonly IdRange[]) {
    for (const range of ranges) {
      const group = this.#byWriter.get(range.writer)
      if (group === undefined) this.#byWriter.set(range.writer, [range])
      else group.push(range)
    }
  }

  has(writer: number, clock: number): boolean {
    if (writer !== this.#writer) {
      this.#writer = writer
      this.#ranges = this.#byWriter.get(writer)
    }
    return this.#ranges !== undefined && contains(this.#ranges, clock)
  }
}

function contains(ranges: readonly IdRange[], clock: number): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (range === undefined) return false
    if (clock < range.clock) high = middle - 1
    else if (clock >= range.clock + range.length) low = middle + 1
    else return true
  }
  return false
}
