/**
 * One table of a disk in memory, which remembers what was flushed of whatever has changed since: so a flush costs what
 * changed, not what is stored.
 */

/** A table of sealed values. */
export class FlushedMap<K> extends Map<K, Uint8Array> {
  /** Of every key written since the last flush, what was there then; undefined: nothing. */
  readonly #flushed = new Map<K, Uint8Array | undefined>()

  override set(key: K, value: Uint8Array): this {
    this.#note(key)
    return super.set(key, value)
  }

  override delete(key: K): boolean {
    this.#note(key)
    return super.delete(key)
  }

  /** What is in it survives a crash. */
  flush(): void {
    this.#flushed.clear()
  }

  /** Whatever was written since the last flush is gone. */
  crash(): void {
    for (const [key, value] of this.#flushed) {
      if (value === undefined) super.delete(key)
      else super.set(key, value)
    }
    this.#flushed.clear()
  }

  #note(key: K): void {
    if (!this.#flushed.has(key)) this.#flushed.set(key, this.get(key))
  }
}
