/**
 * Numbers for the saves of one client: with the client's own number they are operation ids, by which a node knows a
 * save that it has had already. Gateways that save the same sessions for one app share them.
 */
export class OperationIds {
  /** The client's number, 53 bits. */
  readonly client: number
  readonly #clock: { now(): number }
  #counter = 0

  /** @param world its clock in ms since 1970, and chance, uniform in [0, 1) */
  constructor(world: { now(): number; random(): number }) {
    this.client = Math.floor(world.random() * 2 ** 53)
    this.#clock = world
  }

  /** A number above all before. It starts from the clock: a session remembers its latest clients by their numbers. */
  next(): number {
    this.#counter = Math.max(this.#counter + 1, this.#clock.now())
    return this.#counter
  }
}
