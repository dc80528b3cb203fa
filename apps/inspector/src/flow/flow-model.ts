/**
 * The tape of deltas, and the rates of the last ten minutes. Both are kept here: a node remembers nothing for those who
 * do not look yet.
 */
import { computed, effect, signal } from '@preact/signals'
import type { FlowDelta } from '@understudy/protocol/inspect'
import { askNode, hear, isLinked } from '../inspect/inspector.js'
import { nodeNow } from '../inspect/node-clock.js'
import { route } from '../route.js'
import { addRates, NO_RATES } from './rate-history.js'
import type { RateHistory } from './rate-history.js'

/** A delta on the tape. */
export interface TapeEntry extends FlowDelta {
  /** Round trip until the ack, once it is known. */
  readonly ms?: number
}

/** What is on the tape. */
export interface TapeFilter {
  readonly keyPrefix: string
  readonly attribute: string
  readonly node: string
}

/** Deltas kept at most. */
const MOST = 1_000

/** Deltas a second on the tape, where it is shown, and elsewhere: a few are needed for the saved share. */
const PER_SECOND = { shown: 60, elsewhere: 12 }

/** The tape, newest first. */
export const tape = signal<readonly TapeEntry[]>([])

/** Whether the tape stands still. */
export const isPaused = signal(false)

/** Deltas that were sent and not put on the tape since it began. */
export const skipped = signal(0)

/** What is wanted on the tape. */
export const tapeFilter = signal<TapeFilter>({ keyPrefix: '', attribute: '', node: '' })

/** The last ten minutes. */
export const rates = signal<RateHistory>(NO_RATES)

/** The latest second. */
export const latest = computed(() => rates.value.points.at(-1))

const isShown = computed(() => route.value.view === 'flow')

hear('flow', ({ view }) => {
  if (isPaused.value) return
  const ms = new Map(view.acks.map((ack) => [ack.id, ack.ms]))
  const added = view.deltas.map((delta) => withAck(delta, ms))
  // An ack comes within a frame or two of its delta: only the newest are looked through.
  const known = tape.value.map((entry) => (entry.ms === undefined ? withAck(entry, ms) : entry))
  // Nodes tell in turns, so what one tells now may be older than what another told before.
  tape.value = [...added, ...known].sort((one, other) => other.at - one.at).slice(0, MOST)
  skipped.value += view.skipped
})

hear('rates', ({ nodes }) => {
  rates.value = addRates(rates.value, nodes, nodeNow())
})

effect(() => {
  if (!isLinked.value) return
  const { keyPrefix, attribute, node } = tapeFilter.value
  const filter = isShown.value ? { ...(keyPrefix !== '' && { keyPrefix }), ...(attribute !== '' && { attribute }), ...(node !== '' && { nodes: [node] }) } : {}
  // A loss of the link is told by its state.
  void askNode({ type: 'watchFlow', perSecond: isShown.value ? PER_SECOND.shown : PER_SECOND.elsewhere, ...filter }).catch(() => undefined)
})

/** Begins an empty tape with another filter. */
export function filterTape(change: Partial<TapeFilter>): void {
  tape.value = []
  skipped.value = 0
  tapeFilter.value = { ...tapeFilter.value, ...change }
}

function withAck(entry: TapeEntry, acks: ReadonlyMap<string, number>): TapeEntry {
  const ms = acks.get(entry.id)
  return ms === undefined ? entry : { ...entry, ms }
}
