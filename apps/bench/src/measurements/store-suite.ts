/** Which checks of the conformance suite for session stores ours and others pass. */
import { runStoreSuite } from '@understudy/session-store-suite'
import type { CheckResult, StoreBed } from '@understudy/session-store-suite'
import type { Measurement, Variant } from '../measurement.js'
import { STORE_KINDS } from '../workload/session-stores.js'
import type { Backend, OpenStore, StoreKind, StoreKindName } from '../workload/session-stores.js'

const figures: Variant['figures'] = {
  passed: { title: 'passed', unit: 'checks' },
  failed: { title: 'failed', unit: 'checks' },
  absent: { title: 'not offered', unit: 'checks' },
}

const variant = (name: StoreKindName): Variant => ({
  name,
  figures: name === 'understudy' ? { ...figures, failed: { title: 'failed', unit: 'checks', goal: { atMost: 0 } } } : figures,
  async setUp() {
    const kind: StoreKind = STORE_KINDS[name]
    const backend = await kind.start()
    let results: readonly CheckResult[] = []
    return {
      async run() {
        results = await runStoreSuite({ makeBed: bedsOf(kind, backend) })
        const count = (outcome: CheckResult['outcome']): number => results.filter((result) => result.outcome === outcome).length
        return { passed: count('passed'), failed: count('failed'), absent: count('not offered') }
      },
      remarks: () => results.filter(({ outcome }) => outcome === 'failed').map((result) => `${name} fails ${result.group}: ${result.name} (${result.reason ?? ''})`),
      close: () => backend.close(),
    }
  },
})

/** Beds in areas of their own. */
function bedsOf(kind: StoreKind, { url }: Backend): () => Promise<StoreBed> {
  let areas = 0
  return async () => {
    const area = `bed${areas++}`
    const opened: OpenStore[] = []
    return {
      async another() {
        const open = await kind.open(url, area)
        opened.push(open)
        return open.store
      },
      async close() {
        for (const open of opened) await open.close()
      },
    }
  }
}

/** See the file's header. */
export const storeSuite: Measurement = {
  name: 'store-suite',
  title: 'Conformance of session stores for express-session',
  shows: '@understudy/session-store-suite: API, values, expiry, the middleware’s behaviours, and races of 20 heats each over two instances of an app. A race is failed when it is lost once. memorystore has one instance, in one process.',
  terms: 'in memory, one copy; PostgreSQL without waiting for its disk.',
  variants: [variant('understudy'), variant('connect-redis'), variant('connect-pg-simple'), variant('memorystore')],
  once: true,
}
