/** Plain Yjs as the oracle: the same writes and updates, without any code of this package. */
import * as Y from 'yjs'

/** What a stock Yjs program does with a session's document. */
export class StockYjs {
  readonly doc: Y.Doc
  readonly root: string

  constructor(root: string, ...updates: readonly Uint8Array[]) {
    this.root = root
    this.doc = new Y.Doc({ guid: '', gc: true })
    this.doc.getArray(root)
    for (const update of updates) this.apply(update)
  }

  apply(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update)
  }

  /**
   * Appends entries and deletes the older ones of their names, through the public interface of Y.Array. A writer above
   * all others writes its first ones as if into an empty document: Yjs places them behind all that there is.
   */
  write(writer: number, entries: readonly (readonly [string] | readonly [string, unknown])[]): void {
    const isAbove = [...this.vector.keys()].every((other) => other < writer)
    // Yjs takes another id where an update comes from its own.
    this.doc.clientID = isAbove ? 0 : writer
    this.doc.transact(() => {
      const array = this.doc.getArray<readonly unknown[]>(this.root)
      for (const [name] of entries) {
        const items = array.toArray()
        for (let i = items.length - 1; i >= 0; i--) if (items[i]?.[0] === name) array.delete(i)
      }
      if (isAbove) this.apply(openingOf(this.root, writer, entries))
      else array.push([...entries])
    })
  }

  get array(): unknown[] {
    return this.doc.getArray(this.root).toJSON()
  }

  /** The session as README tells any Yjs program to read it, without removed names. */
  get values(): Map<unknown, unknown> {
    const pairs = this.doc.getArray<[unknown, unknown]>(this.root).toArray()
    return new Map([...new Map(pairs.map((pair) => [pair[0], pair[1]]))].filter(([, value]) => value !== undefined))
  }

  get vector(): Map<number, number> {
    return Y.decodeStateVector(Y.encodeStateVector(this.doc))
  }

  get hasPending(): boolean {
    return this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null
  }

  /** The state as Yjs encodes it once it has joined all structs that can be joined. */
  get encoded(): Uint8Array {
    return Y.encodeStateAsUpdate(new StockYjs(this.root, Y.encodeStateAsUpdate(this.doc)).doc)
  }
}

/** The update of one who knows nothing and writes these entries. */
function openingOf(root: string, writer: number, entries: readonly unknown[]): Uint8Array {
  const doc = new Y.Doc({ guid: '' })
  doc.clientID = writer
  doc.getArray(root).push([...entries])
  return Y.encodeStateAsUpdate(doc)
}
