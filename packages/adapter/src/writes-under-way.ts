/**
 * The writes that this process has begun and that have no answer yet, so that a request that follows waits for them.
 *
 * Browsers follow a redirect as soon as they have its headers, which express-session sends before it has saved.
 */

/** Writes by session. */
export class WritesUnderWay {
  readonly #writes = new Map<string, Set<Promise<unknown>>>()

  /** Notes a write; returns it. */
  add<T>(id: string, write: Promise<T>): Promise<T> {
    const writes = this.#writes.get(id) ?? new Set()
    this.#writes.set(id, writes)
    const remove = (): void => this.#remove(id, writes, ended)
    // The outcome is the writer's business.
    const ended = write.then(remove, remove)
    writes.add(ended)
    return write
  }

  /** Whether any write of a session is under way. */
  hasAny(id: string): boolean {
    return this.#writes.has(id)
  }

  /** Resolves when the writes of a session that are under way now have ended, however they did. */
  async ofAll(id: string): Promise<void> {
    await Promise.all(this.#writes.get(id) ?? [])
  }

  #remove(id: string, writes: Set<Promise<unknown>>, write: Promise<unknown>): void {
    writes.delete(write)
    if (writes.size === 0 && this.#writes.get(id) === writes) this.#writes.delete(id)
  }
}
