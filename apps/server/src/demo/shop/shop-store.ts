/** What the shop needs of `@understudy/client`: `Store` and its session handles fit. Tests give a stand-in. */

/** An open session. Reads are local; changes wait for `save`, which sends them as one. */
export interface ShopSession {
  get(name: string): unknown
  names(): Iterable<string>
  set(name: string, value: string | number): void
  remove(name: string): void
  /** The value can never change again. */
  freeze(name: string): void
  increment(name: string, by?: number): void
  /** Resolves with the number of nodes that hold the changes. */
  save(): Promise<{ readonly copies: number }>
  close(): void | Promise<void>
}

/** A store of sessions. */
export interface ShopStore {
  /** Finds or creates. `idleTimeout` in ms. */
  open(id: string, terms?: { readonly idleTimeout?: number }): Promise<ShopSession>
  /** Finds, and never creates. */
  find(id: string): Promise<ShopSession | undefined>
  destroy(id: string): Promise<unknown>
}
