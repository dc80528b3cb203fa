/** The session that is looked at: as one node holds it, what was revealed of it, what changed since, and its replicas side by side. */
import { computed, effect, signal } from '@preact/signals'
import type { Answer } from '../inspect/requests.js'
import type { AttributeView, HistoryEntry, SessionView, ShownValue } from '@understudy/protocol/inspect'
import { isSessionKeyText } from '../sessions/key-text.js'
import { askNode, hear, isLinked } from '../inspect/inspector.js'
import { RequestFailure } from '../inspect/requests.js'
import { warn } from '../parts/toasts.js'
import { route } from '../route.js'

/** Changes kept at most. */
const MOST_HISTORY = 200

/** One node's replica, of a comparison. */
export type Replica = Answer<'compare'>['replicas'][number]

/** The view of the node, and when it came by the browser's monotonic clock: deadlines count down from there. */
export const shown = signal<{ readonly view: SessionView; readonly receivedAt: number } | undefined>(undefined)

/** Whose replica is looked at; undefined: the primary's. */
export const shownNode = signal<string | undefined>(undefined)

/** What changed since somebody looks, newest first. */
export const history = signal<readonly HistoryEntry[]>([])

/** Why there is nothing to show. */
export const failure = signal<string | undefined>(undefined)

/** ms after which a node that did not answer is asked again. */
const RETRY = 2_000

/** Values in clear, by `revealName`. A changed attribute has another name, so it is hidden again. */
export const revealed = signal<ReadonlyMap<string, ShownValue>>(new Map())

/** The replicas side by side. */
export const comparison = signal<readonly Replica[] | undefined>(undefined)

const key = computed(() => (route.value.view === 'session' ? route.value.key : undefined))

effect(() => {
  const [looked, node] = [key.value, shownNode.value]
  if (!isLinked.value) return
  if (looked === undefined || !isSessionKeyText(looked)) return void (shown.peek() !== undefined && leave())
  if (shown.peek()?.view.key !== looked) forget()
  void watch(looked, node)
})

hear('session', ({ view }) => show(view))

hear('changed', ({ key: changed, entries }) => {
  if (changed === key.peek()) history.value = [...entries.toReversed(), ...history.value].slice(0, MOST_HISTORY)
})

/** Names a value of the session as it is now. */
export function revealName({ name, writer, clock }: Pick<AttributeView, 'name' | 'writer' | 'clock'>): string {
  return `${writer} ${clock} ${name}`
}

/** Names one side of an entry of the history. */
export function historyName(id: number, side: 'before' | 'after'): string {
  return `history ${id} ${side}`
}

/** Fetches a value in clear; a second time hides it again. */
export async function reveal(as: string, name: string, past?: { readonly id: number; readonly side: 'before' | 'after' }): Promise<void> {
  const looked = key.value
  if (looked === undefined || !isSessionKeyText(looked)) return
  if (revealed.value.has(as)) {
    const left = new Map(revealed.value)
    left.delete(as)
    revealed.value = left
    return
  }
  try {
    const { value } = await askNode({ type: 'reveal', key: looked, name, ...(past !== undefined && { history: past }) })
    if (looked === key.value) revealed.value = new Map(revealed.value).set(as, value)
  } catch (error) {
    if (error instanceof RequestFailure) warn(`The value was not revealed: ${error.message}`)
    else throw error
  }
}

/** Asks all nodes for their replica. */
export async function compare(): Promise<void> {
  const looked = key.value
  if (looked === undefined || !isSessionKeyText(looked)) return
  try {
    const { replicas } = await askNode({ type: 'compare', key: looked })
    if (looked === key.value) comparison.value = replicas
  } catch (error) {
    if (error instanceof RequestFailure) warn(`The replicas were not compared: ${error.message}`)
    else throw error
  }
}

async function watch(looked: SessionView['key'], node: string | undefined): Promise<void> {
  try {
    const { view } = await askNode({ type: 'watchSession', key: looked, ...(node !== undefined && { node }) })
    if (looked !== key.value || node !== shownNode.value) return
    history.value = view.history.toReversed()
    show(view)
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    // A loss of the link is told by its state.
    if (error.code === 'NOT_CONNECTED' || looked !== key.value || node !== shownNode.value) return
    failure.value = error.message
    if (error.code === 'NODE_SILENT') setTimeout(() => void watchAgain(looked, node), RETRY)
  }
}

/** Asks once more, if that is still what is looked at in vain. */
async function watchAgain(looked: SessionView['key'], node: string | undefined): Promise<void> {
  if (looked === key.value && node === shownNode.value && failure.value !== undefined && isLinked.value) await watch(looked, node)
}

function show(view: SessionView): void {
  if (view.key !== key.value) return
  failure.value = undefined
  shown.value = { view, receivedAt: performance.now() }
}

function leave(): void {
  forget()
  void askNode({ type: 'unwatch', what: 'session' }).catch(() => undefined)
}

function forget(): void {
  shown.value = undefined
  shownNode.value = undefined
  history.value = []
  revealed.value = new Map()
  comparison.value = undefined
  failure.value = undefined
}
