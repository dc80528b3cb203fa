/** Preliminary: the whole public API, routed through a Y.Doc. */
import * as Y from 'yjs'
import { DocumentError } from './document-error.js'
import type { LiveDocuments } from './live-documents.js'
import { encodeStateVector, type StateVector } from './state-vector.js'
import { encodeValue, type Value } from './value.js'
import { decodeValue } from './value-bytes.js'
import type { Root } from './writer-id.js'

export interface Entry { readonly name: string; readonly value?: Uint8Array }
export type Admit = (writer: number) => boolean
export class CheckedDelta {
  readonly update: Uint8Array
  constructor(update: Uint8Array) { this.update = update }
}
type Item = [string, Value?]
const fresh = (): Y.Doc => new Y.Doc({ guid: '', gc: true })

export class Document {
  readonly root: Root
  readonly live: LiveDocuments
  #doc = fresh()
  private constructor(root: Root, live: LiveDocuments) { this.root = root; this.live = live }
  static empty(root: Root, live: LiveDocuments): Document { return new Document(root, live) }
  static load(root: Root, update: Uint8Array, live: LiveDocuments, admit: Admit = () => true): Document {
    const document = new Document(root, live)
    document.merge(document.check(update, admit))
    return document
  }
  get #array(): Y.Array<Item> { return this.#doc.getArray<Item>(this.root) }
  get #latest(): Map<string, Value | undefined> { return new Map(this.#array.toArray().map(([name, value]) => [name, value])) }
  vector(): StateVector { return Y.decodeStateVector(Y.encodeStateVector(this.#doc)) }
  get(name: string): Value | undefined { const raw = this.raw(name); return raw && decodeValue(raw) }
  raw(name: string): Uint8Array | undefined { const value = this.#latest.get(name); return value === undefined ? undefined : encodeValue(value) }
  has(name: string): boolean { return this.#latest.get(name) !== undefined }
  names(): string[] { return this.entries().map(([name]) => name) }
  get size(): number { return this.entries().length }
  entries(): [string, Value][] { return [...this.#latest].filter((pair): pair is [string, Value] => pair[1] !== undefined) }
  append(writer: number, entries: readonly Entry[]): void {
    this.#doc.clientID = writer
    this.#doc.transact(() => {
      for (const { name, value } of entries) {
        const items = this.#array.toArray()
        for (let i = items.length - 1; i >= 0; i--) if (items[i]?.[0] === name) this.#array.delete(i)
        this.#array.push([value === undefined ? [name] : [name, decodeValue(value)]])
      }
    })
  }
  encode(): Uint8Array { return Y.encodeStateAsUpdate(this.#doc) }
  deltaSince(vector: StateVector): Uint8Array { return Y.encodeStateAsUpdate(this.#doc, encodeStateVector(vector)) }
  check(update: Uint8Array, _admit: Admit): CheckedDelta {
    try {
      const copy = fresh()
      Y.applyUpdate(copy, this.encode())
      Y.applyUpdate(copy, update)
      if (copy.store.pendingStructs || copy.store.pendingDs) throw new DocumentError('DELTA_GAP', 'The replica lacks something.')
    } catch (cause) {
      if (cause instanceof DocumentError) throw cause
      throw new DocumentError('DELTA_MALFORMED', 'The bytes are no V1 update.', { cause })
    }
    return new CheckedDelta(update)
  }
  merge(delta: CheckedDelta): readonly string[] {
    const before = this.#latest
    Y.applyUpdate(this.#doc, delta.update)
    const after = this.#latest
    const same = (a: Value | undefined, b: Value | undefined) => a === b || (a !== undefined && b !== undefined && String(encodeValue(a)) === String(encodeValue(b)))
    return [...after.keys()].filter((name) => !same(before.get(name), after.get(name)))
  }
  uncovered(base: StateVector): Entry[] {
    const found: Entry[] = []
    for (let item = this.#array._start; item !== null; item = item.right) {
      if (item.deleted) continue
      item.content.getContent().forEach(([name, value]: Item, i) => {
        if (item !== null && item.id.clock + i < (base.get(item.id.client) ?? 0)) return
        found.push(value === undefined ? { name } : { name, value: encodeValue(value) })
      })
    }
    return found
  }
  get byteLength(): number { return this.encode().length }
  get freshByteLength(): number { return this.restarted(2 ** 52).byteLength }
  get grown(): boolean { return this.byteLength > 4096 && this.byteLength > 4 * this.freshByteLength }
  restarted(writer: number): Document {
    const document = new Document(this.root, this.live)
    document.append(writer, this.entries().map(([name, value]) => ({ name, value: encodeValue(value) })))
    return document
  }
}
