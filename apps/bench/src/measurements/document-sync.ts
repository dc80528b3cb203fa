/** What a return costs servers that keep documents: all are asked about, whatever changed. */
import { Doc } from 'yjs'
import type { Measurement, Variant } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { Child } from '../processes/child.js'
import { ProvidedSessions } from '../systems/hocuspocus.js'
import { RelayedSessions } from '../systems/yjs-relay.js'
import { ATTRIBUTES, CHANGING, valueOf } from '../workload/attributes.js'
import { inFlight } from '../workload/in-flight.js'
import { scaled } from '../workload/scale.js'

const DOCUMENTS = scaled(10_000)
const CHANGED = scaled(100)

const figures: Variant['figures'] = { firstMs: { title: 'first sync', unit: 'ms' }, resumeMs: { title: 'resume', unit: 'ms' }, resumeBytes: { title: 'resume', unit: 'B' } }

const newDocs = (count: number): Doc[] => Array.from({ length: count }, () => new Doc({ guid: '' }))

/** One who holds documents of a server over a connection. */
interface Holder {
  save(number: number, attributes: readonly (readonly [string, string])[]): Promise<void>
  close(): void
}

/** Opens a connection and brings these documents up to date. */
type Join = (url: string, docs: readonly Doc[]) => Promise<Holder>

const joinRelay: Join = async (url, docs) => {
  const sessions = await RelayedSessions.open(url, docs)
  await inFlight(docs.length, 64, (number) => sessions.sync(number))
  return sessions
}

const joinHocuspocus: Join = async (url, docs) => {
  const sessions = new ProvidedSessions(url)
  await inFlight(docs.length, 64, (number) => sessions.attach(docs[number] ?? new Doc()))
  return sessions
}

/** A replica of all documents leaves, some change, it returns with what it has. */
const variant = (name: string, script: string, join: Join): Variant => ({
  name,
  others: true,
  figures,
  async setUp() {
    const child = await Child.start(script)
    const relay = await ByteCount.start(child.url)
    // Who writes stays connected, so that the server keeps the documents.
    const writer = await join(child.url, newDocs(DOCUMENTS))
    await inFlight(DOCUMENTS, 64, (number) => writer.save(number, ATTRIBUTES))
    let changes = 0
    return {
      async run() {
        const docs = newDocs(DOCUMENTS)
        const start = performance.now()
        const replica = await join(relay.url, docs)
        const firstMs = performance.now() - start
        replica.close()
        await inFlight(CHANGED, 64, (number) => writer.save(number * Math.floor(DOCUMENTS / CHANGED), [[CHANGING, valueOf(changes++)]]))
        const bytes = relay.bytes
        const back = performance.now()
        const again = await join(relay.url, docs)
        const resume = { resumeMs: performance.now() - back, resumeBytes: relay.bytes - bytes }
        again.close()
        return { firstMs, ...resume }
      },
      async close() {
        writer.close()
        relay.close()
        await child.close()
      },
    }
  },
})

/** See the file's header. */
export const documentSync: Measurement = {
  name: 'document-sync',
  title: `Servers of documents: first sync of ${DOCUMENTS.toLocaleString('en-US')}, and resume after ${CHANGED.toLocaleString('en-US')} of them changed`,
  shows: 'What sync is to ours; a tenth of the documents, for they live. One client writes, another joins, leaves, and returns with the documents it has; 64 asked about at once. Times begin before it connects.',
  terms: 'in memory; client and server hold each document.',
  variants: [variant('Hocuspocus', 'hocuspocus.js', joinHocuspocus), variant('y-protocols relay', 'yjs-relay.js', joinRelay)],
}
