/** Memory of a session at rest. */
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs'
import type { Measurement, Variant } from '../measurement.js'
import { heldBytes } from '../processes/child.js'
import { ATTRIBUTES } from '../workload/attributes.js'
import { Primary } from '../workload/primary.js'
import { filledSessions } from '../workload/sessions.js'

const SESSIONS = 20_000

/** Held by one process after a garbage collection, divided by the sessions; heap and array buffers. */
const perSession = (title: string): Variant['figures'][string] => ({ title, unit: 'B' })

const nodes: Variant = {
  name: 'Understudy',
  figures: { bytes: perSession('a session on the primary'), backUp: perSession('a session on the back-up') },
  setUp: () =>
    Promise.resolve({
      async run() {
        const primary = await Primary.start()
        const child = await primary.backUp()
        const before = { primary: await heldBytes(), backUp: (await child.figures())['heldBytes'] ?? 0 }
        for (const session of await filledSessions(primary.node.store, SESSIONS, 2)) session.close()
        await primary.whenEqual()
        const backUp = ((await child.figures())['heldBytes'] ?? 0) - before.backUp
        const held = (await heldBytes()) - before.primary
        await child.close()
        await primary.node.close()
        return { bytes: held / SESSIONS, backUp: backUp / SESSIONS }
      },
      close: () => Promise.resolve(),
    }),
}

const plain: Variant = {
  name: 'plain live Y.Doc',
  figures: { bytes: perSession('a session, Y.Map of ten attributes') },
  setUp: () =>
    Promise.resolve({
      async run() {
        const template = new Doc({ guid: '' })
        for (const [name, value] of ATTRIBUTES) template.getMap('attributes').set(name, value)
        const update = encodeStateAsUpdate(template)
        const before = await heldBytes()
        const docs = Array.from({ length: SESSIONS }, () => {
          const doc = new Doc({ guid: '' })
          doc.getMap('attributes')
          applyUpdate(doc, update)
          return doc
        })
        const bytes = ((await heldBytes()) - before) / docs.length
        for (const doc of docs) doc.destroy()
        return { bytes }
      },
      close: () => Promise.resolve(),
    }),
}

/** See the file's header. */
export const memory: Measurement = {
  name: 'memory',
  title: 'Memory of a session at rest',
  shows: `Heap and buffers after a garbage collection, ${SESSIONS.toLocaleString('en-US')} sessions of ten attributes and 1.1 kB, handles closed, back-up up to date.`,
  variants: [nodes, plain],
  ratios: [{ title: 'memory', figure: 'bytes', of: 'Understudy', to: 'plain live Y.Doc' }],
}
