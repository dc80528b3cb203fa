/**
 * What a link expects of a document's next delta: that the writer of the last one goes on where it stopped.
 *
 * An expectation that comes true costs no bytes for writer and clock. Sender and receiver note the same things in the
 * same order. Found by the session's number on the link; a number given anew starts without expectations.
 */

/** The two documents of a session: the names of their roots. */
export type Root = 'attributes' | 'frozen'

/** No writer: nothing is expected. */
const NOBODY = -1

/** Writer and clock with which each document of each numbered session is expected to go on. */
export class ExpectedChains {
  readonly #writers: number[] = []
  readonly #clocks: number[] = []

  /** Forgets what was expected of the session that had this number. */
  forget(session: number): void {
    this.expect(session, 'attributes', NOBODY, 0)
    this.expect(session, 'frozen', NOBODY, 0)
  }

  /** Takes note that the document's last delta was by `writer` and ended before `clock`. */
  expect(session: number, root: Root, writer: number, clock: number): void {
    const place = placeOf(session, root)
    this.#writers[place] = writer
    this.#clocks[place] = clock
  }

  /** The writer id that is expected to go on; −1 when none is. */
  writerOf(session: number, root: Root): number {
    return this.#writers[placeOf(session, root)] ?? NOBODY
  }

  /** The clock at which the expected writer goes on. */
  clockOf(session: number, root: Root): number {
    return this.#clocks[placeOf(session, root)] ?? 0
  }
}

function placeOf(session: number, root: Root): number {
  return 2 * session + (root === 'frozen' ? 1 : 0)
}
