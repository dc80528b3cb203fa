/** The sessions of all nodes that one query found: this node's snapshot and those of the peers, one behind the other. */
import type { SessionCount, SessionFilter, SessionRow } from '@understudy/protocol/inspect'
import type { FarNodes } from './far-nodes.js'
import type { InspectContext } from './inspect-context.js'
import { InspectFailure } from './inspect-failure.js'
import { Snapshot } from './snapshot.js'

/** A part of the whole: of one node. */
interface Part {
  readonly node: string
  readonly count: SessionCount
  rows(offset: number, limit: number): Promise<readonly SessionRow[]>
}

/** What a query found, wherever. */
export class ClusterSnapshot {
  readonly #parts: readonly Part[]
  readonly #missing: readonly string[]

  private constructor(parts: readonly Part[], missing: readonly string[]) {
    this.#parts = parts
    this.#missing = missing
  }

  /** What this node alone has. Throws InspectFailure QUERY_REPLACED. */
  static async own(filter: SessionFilter, whose: 'primary' | 'all', context: InspectContext, given: () => boolean): Promise<ClusterSnapshot> {
    return new ClusterSnapshot([await ownPart(filter, whose, context, given)], [])
  }

  /**
   * Asks.
   *
   * @param node all that this node holds; undefined: each session of the cluster once, from its primary
   * @param given whether the query was given up meanwhile
   * @throws InspectFailure QUERY_REPLACED, NODE_UNKNOWN, NODE_SILENT
   */
  static async take(filter: SessionFilter, node: string | undefined, context: InspectContext, far: FarNodes, given: () => boolean): Promise<ClusterSnapshot> {
    if (node !== undefined) {
      if (node === context.name) return ClusterSnapshot.own(filter, 'all', context, given)
      return new ClusterSnapshot([await farPart(filter, node, node, far)], [])
    }
    const names = far.names
    const own = ownPart(filter, 'primary', context, given)
    const others = await Promise.allSettled(names.map((name) => farPart(filter, undefined, name, far)))
    const parts = others.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []))
    const missing = names.filter((_, index) => others[index]?.status === 'rejected')
    return new ClusterSnapshot([await own, ...parts], missing)
  }

  /** What was found, over all. */
  get count(): SessionCount {
    const sum = { total: 0, unread: 0, cut: false, missing: this.#missing }
    for (const { count } of this.#parts) {
      sum.total += count.total
      sum.unread += count.unread
      sum.cut ||= count.cut
    }
    return sum
  }

  /** Rows from a place on, over as many parts as they lie in. */
  async rows(offset: number, limit: number): Promise<readonly SessionRow[]> {
    const pages: Promise<readonly SessionRow[]>[] = []
    let start = 0
    for (const part of this.#parts) {
      const end = start + part.count.total
      const [from, to] = [Math.max(offset, start), Math.min(offset + limit, end)]
      if (from < to) pages.push(part.rows(from - start, to - from))
      start = end
    }
    return (await Promise.all(pages)).flat()
  }
}

async function ownPart(filter: SessionFilter, whose: 'primary' | 'all', context: InspectContext, given: () => boolean): Promise<Part> {
  const snapshot = await Snapshot.take(filter, whose, context, given)
  if (snapshot === undefined) throw new InspectFailure('QUERY_REPLACED', 'another query took the place of this one')
  return { node: context.name, count: snapshot.count, rows: async (offset, limit) => snapshot.rows(offset, limit) }
}

async function farPart(filter: SessionFilter, all: string | undefined, node: string, far: FarNodes): Promise<Part> {
  const answer = await far.ask(node, { type: 'query', filter, ...(all !== undefined && { node: all }) })
  if (answer.type !== 'counted') throw new InspectFailure('NODE_SILENT', `node "${node}" did not answer the query`)
  return {
    node,
    count: answer.count,
    async rows(offset, limit) {
      const page = await far.ask(node, { type: 'page', offset, limit })
      return page.type === 'page' ? page.page.rows : []
    },
  }
}
