/** Genuine Yjs V1 updates of sessions, made with Yjs itself. */

import * as fc from 'fast-check'
import * as Y from 'yjs'

/** What a writer does next: `name` is an attribute, `text` its value; no text removes it; `ship` sends a delta. */
const step = fc.record({
  writer: fc.nat(2),
  name: fc.nat(4),
  value: fc.option(fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.uint8Array(), fc.jsonValue())),
  together: fc.boolean(),
})

/** The updates that a random history of a document makes: events, deltas from earlier states, whole states. */
export function yjsUpdates(root: 'attributes' | 'frozen'): fc.Arbitrary<Uint8Array[]> {
  const writers = fc.tuple(fc.nat(200), fc.maxSafeNat(), fc.maxSafeNat())
  return fc.tuple(writers, fc.array(step, { minLength: 1, maxLength: 30 })).map(([ids, steps]) => {
    const updates: Uint8Array[] = []
    const doc = new Y.Doc({ guid: '' })
    const vectors = [Y.encodeStateVector(doc)]
    doc.on('update', (update: Uint8Array) => updates.push(update))
    const array = doc.getArray<unknown[]>(root)
    for (const { writer, name, value, together } of steps) {
      doc.clientID = ids[writer] ?? 0
      doc.transact(() => {
        append(array, `name${name}`, value)
        if (together) append(array, `other${name}`, value)
      })
      vectors.push(Y.encodeStateVector(doc))
    }
    for (const vector of vectors) updates.push(Y.encodeStateAsUpdate(doc, vector))
    return updates
  })
}

/** Appends an entry and deletes older ones of its name, as a session does. */
export function append(array: Y.Array<unknown[]>, name: string, value: unknown): void {
  array.push([value === null ? [name] : [name, value]])
  for (let index = array.length - 2; index >= 0; index--) {
    if (array.get(index)[0] === name) array.delete(index)
  }
}
