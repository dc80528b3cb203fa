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

  /** Appends an entry and deletes the older ones of its name, through the public interface of Y.Array. */
  write(writer: number, entries: readonly (readonly [string] | readonly [string, unknown])[]): void {
    this.doc.clientID = writer
    this.doc.transact(() => {
      for (const entry of entries) {
        const array = this.doc.getArray<readonly unknown[]>(this.root)
        const items = array.toArray()
        for (let i = items.length - 1; i >= 0; i--) if (items[i]?.[0] === entry[0]) array.delete(i)
        array.push([entry])
      }
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
