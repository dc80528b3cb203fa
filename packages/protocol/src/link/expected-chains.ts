/**
 * What a link expects of a session's next delta: that the writer of the last one goes on where it stopped.
 *
 * An expectation that comes true costs no bytes for writer and clock. Sender and receiver note the same things in the
 * same order. Indexed by the session's number on the link; a number given anew starts without expectation.
 */

/** No writer: nothing is expected. */
const NOBODY = -1

/** Writer and clock with which each numbered session is expected to go on. */
export class ExpectedChains {
  readonly #writers: number[] = []
  readonly #clocks: number[] = []

  /** Forgets what was expected of the session that had this number. */
  forget(session: number): void {
    this.#writers[session] = NOBODY
    this.#clocks[session] = 0
  }

  /** Takes note that the session's last delta of `writer` ended before `clock`. */
  expect(session: number, writer: number, clock: number): void {
    this.#writers[session] = writer
    this.#clocks[session] = clock
  }

  /** The writer id that is expected to go on; −1 when none is. */
  writerOf(session: number): number {
    return this.#writers[session] ?? NOBODY
  }

  /** The clock at which the expected writer goes on. */
  clockOf(session: number): number {
    return this.#clocks[session] ?? 0
  }
}
