/**
 * Sessions in this process, with the client's surface: `open`, `find`, `destroy`, and handles that save all or
 * nothing.
 */
import type { ShopSession, ShopStore } from '../demo/shop/shop-store.js'

/** An error as the client throws them. */
export class FakeStoreError extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

interface Stored {
  readonly values: Map<string, string | number>
  readonly frozen: Set<string>
}

type Change = (stored: Stored) => void

/** A store that several shop instances may share. */
export class FakeShopStore implements ShopStore {
  readonly sessions = new Map<string, Stored>()
  readonly destroyed = new Set<string>()
  /** Handles that are open now. */
  openHandles = 0
  /** When set, every save fails with this code. */
  failSavesWith: string | undefined

  async open(id: string): Promise<ShopSession> {
    if (this.destroyed.has(id)) throw new FakeStoreError('SESSION_DESTROYED')
    const stored = this.sessions.get(id) ?? { values: new Map(), frozen: new Set() }
    this.sessions.set(id, stored)
    return this.#handle(id, stored)
  }

  async find(id: string): Promise<ShopSession | undefined> {
    const stored = this.sessions.get(id)
    return stored === undefined ? undefined : this.#handle(id, stored)
  }

  async destroy(id: string): Promise<void> {
    this.sessions.delete(id)
    this.destroyed.add(id)
  }

  async close(): Promise<void> {}

  #handle(id: string, stored: Stored): ShopSession {
    this.openHandles++
    let isOpen = true
    const pending: Change[] = []
    const change = (name: string, apply: Change): void => {
      if (!isOpen || this.destroyed.has(id)) throw new FakeStoreError('SESSION_DESTROYED')
      if (stored.frozen.has(name)) throw new FakeStoreError('ATTRIBUTE_FROZEN')
      pending.push(apply)
    }
    return {
      get: (name) => stored.values.get(name),
      names: () => stored.values.keys(),
      set: (name, value) => change(name, ({ values }) => values.set(name, value)),
      remove: (name) => change(name, ({ values }) => values.delete(name)),
      freeze: (name) => change(name, ({ frozen }) => frozen.add(name)),
      increment: (name, by = 1) => change(name, ({ values }) => values.set(name, Number(values.get(name) ?? 0) + by)),
      save: async () => {
        await Promise.resolve()
        if (this.failSavesWith !== undefined) throw new FakeStoreError(this.failSavesWith)
        if (this.destroyed.has(id)) throw new FakeStoreError('SESSION_DESTROYED')
        for (const apply of pending.splice(0)) apply(stored)
        return { copies: 2 }
      },
      close: () => {
        if (isOpen) this.openHandles--
        isOpen = false
      },
    }
  }
}
