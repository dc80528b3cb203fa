/**
 * The list of sessions: a query makes a snapshot at the node, and rows are fetched from it in pages as they come into
 * view. Only pages around what is looked at are kept, however long the list is.
 */
import { effect, signal } from '@preact/signals'
import type { SessionCount, SessionFilter, SessionRow } from '@understudy/protocol/inspect'
import { askNode, isLinked } from '../inspect/inspector.js'
import { nodeNow } from '../inspect/node-clock.js'
import { RequestFailure } from '../inspect/requests.js'
import { route } from '../route.js'

/** Rows fetched at once. */
export const PAGE = 200

/** Pages kept at most. */
const MOST_PAGES = 50

/** What is asked for. Changed, it makes a new list. */
export const filter = signal<SessionFilter>({})

/** What was found; undefined while the question is under way. */
export const found = signal<SessionCount | undefined>(undefined)

/** When it was listed, by the node's clock: rows are fetched as they are now, but what came since is not among them. */
export const listedAt = signal(0)

/** Why there is no list. */
export const failure = signal<string | undefined>(undefined)

/** Pages by number; empty while under way. */
export const pages = signal<ReadonlyMap<number, readonly SessionRow[]>>(new Map())

/** Pages under way at most. */
const AT_ONCE = 3

let generation = 0
let wanted = { first: 0, end: 0 }
let underWay = 0

/** Makes the list anew. */
export async function list(): Promise<void> {
  const mine = ++generation
  wanted = { first: 0, end: 0 }
  found.value = undefined
  failure.value = undefined
  pages.value = new Map()
  try {
    const { count } = await askNode({ type: 'query', filter: filter.value })
    if (mine !== generation) return
    found.value = count
    listedAt.value = nodeNow()
  } catch (error) {
    if (mine === generation && error instanceof RequestFailure && error.code !== 'QUERY_REPLACED') failure.value = error.message
  }
}

/** The row at a place; undefined while it is not here. */
export function rowAt(index: number): SessionRow | undefined {
  return pages.value.get(Math.floor(index / PAGE))?.[index % PAGE]
}

/** Fetches the pages of these rows, unless they are here or under way. What was scrolled past meanwhile is not fetched. */
export function showRows(first: number, end: number): void {
  wanted = { first, end }
  fetchWanted()
}

function fetchWanted(): void {
  for (let page = Math.floor(wanted.first / PAGE); page * PAGE < wanted.end && underWay < AT_ONCE; page++) {
    if (pages.peek().has(page)) continue
    underWay++
    void fetchPage(page).finally(() => {
      underWay--
      fetchWanted()
    })
  }
}

async function fetchPage(page: number): Promise<void> {
  const mine = generation
  keep(page, [])
  try {
    const answer = await askNode({ type: 'page', offset: page * PAGE, limit: PAGE })
    if (mine === generation) keep(page, answer.page.rows)
  } catch (error) {
    if (mine !== generation || !(error instanceof RequestFailure)) return
    // After a loss the list is made anew; what else goes wrong is told instead of the list.
    if (error.code === 'NO_SNAPSHOT') await list()
    else if (error.code !== 'NOT_CONNECTED') failure.value = error.message
  }
}

/** Keeps a page as the newest, and lets go of the oldest. */
function keep(page: number, rows: readonly SessionRow[]): void {
  const kept = new Map(pages.value)
  kept.delete(page)
  kept.set(page, rows)
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_PAGES) break
    kept.delete(oldest)
  }
  pages.value = kept
}

const isShown = (): boolean => isLinked.value && route.value.view === 'sessions'

effect(() => {
  const asked = filter.value
  if (isShown()) queueMicrotask(() => asked === filter.peek() && void list())
})
