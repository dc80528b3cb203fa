/**
 * Numbers by row, in blocks of 4,096 rows: nothing that the garbage collector would have to look at, and what grows is
 * never copied, so that a store of a million rows grows as quickly as one of a thousand.
 *
 *     block ─┬─ row: word word … word      `width` words of 32 bits a row, one behind the other
 *            └─ row: …
 *
 * What was never written is 0.
 */
const BITS = 12
const ROWS = 2 ** BITS
const MASK = ROWS - 1
const WORD = 2 ** 32
const NO_BLOCK = new Uint32Array(0)

/** Some numbers for each row. */
export class Columns {
  readonly #width: number
  readonly #blocks: Uint32Array[] = []

  /** @param width words a row */
  constructor(width: number) {
    this.#width = width
  }

  /** A word of a row. */
  get(row: number, column: number): number {
    const block = this.#blocks[row >>> BITS]
    return block === undefined ? 0 : (block[(row & MASK) * this.#width + column] ?? 0)
  }

  /** Writes a word of a row; of a signed number its 32 bits. */
  set(row: number, column: number, word: number): void {
    const block = this.#blocks[row >>> BITS]
    if (block === undefined || block === NO_BLOCK) this.#grow(row >>> BITS)[(row & MASK) * this.#width + column] = word
    else block[(row & MASK) * this.#width + column] = word
  }

  /** A whole number below 2^53, in two columns. */
  number(row: number, column: number): number {
    return this.get(row, column + 1) * WORD + this.get(row, column)
  }

  /** Writes a whole number below 2^53 into two columns. */
  setNumber(row: number, column: number, number: number): void {
    this.set(row, column, number % WORD)
    this.set(row, column + 1, Math.floor(number / WORD))
  }

  #grow(block: number): Uint32Array {
    while (this.#blocks.length < block) this.#blocks.push(NO_BLOCK)
    return (this.#blocks[block] = new Uint32Array(ROWS * this.#width))
  }
}
