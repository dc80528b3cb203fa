/** What happened, as one number: two runs that did the same have the same hash, and nobody needs to keep the story. */

/** The running hash of a history (FNV-1a, 32 bits, over UTF-16 code units and whole numbers). */
export class Trace {
  /** Called with each line, by someone who wants to read along. */
  line: ((text: string) => void) | undefined
  #hash = 0x811c9dc5

  /** The hash so far, hexadecimal. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0')
  }

  /** Notes that something happened. */
  note(text: string): void {
    this.line?.(text)
    let hash = this.#hash
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    this.#hash = Math.imul(hash ^ 10, 0x01000193)
  }
  /** Notes that a message arrived: it happens so often that it is put into words only for who reads along. */
  arrived(at: number, name: string, length: number): void {
    this.line?.(`${at} ${name} ${length}`)
    let hash = Math.imul(this.#hash ^ (at | 0), 0x01000193)
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
    this.#hash = Math.imul(hash ^ length, 0x01000193)
  }
}
