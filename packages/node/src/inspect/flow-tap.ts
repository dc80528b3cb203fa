/**
 * ⑤ to ⑧ as they pass, for all who watch: counts of everything, once a second, and a sample of deltas for each tape.
 *
 * While nobody watches nothing is registered and nothing counted. While somebody does, a delta costs an addition; only
 * what is sampled is looked into, and no more than a bounded number a second is.
 */
import { slotOf } from '@understudy/cluster'
import type { Deltas, SessionDeltaEntry, SessionKey } from '@understudy/protocol'
import { FLOW_LIMIT, FLOW_NAMES } from '@understudy/protocol/inspect'
import type { FlowAck, FlowDelta, InspectDownFrame, RateView } from '@understudy/protocol/inspect'
import type { LinkListener } from '../peers/link-tap.js'
import type { InspectContext } from './inspect-context.js'
import { LinkTotals } from './link-totals.js'
import { namesOf } from './session-portrait.js'

/** ms between two frames of a tape. */
const TAPE = 250
/** Frames of a tape a second. */
const TAPES = 1_000 / TAPE
/** ms between two counts. */
const COUNT = 1_000
/** Sessions measured a tape frame, for the share that deltas save. */
const MEASURED = 25
/** Deltas looked into a tape frame by a tape with a filter by attribute, whether or not they are on it. */
const PROBED = 250
/** Deltas of a tape whose acknowledgements are awaited at most. */
const AWAITED = 2_000

/** What one tape shows. */
export interface TapeFilter {
  /** Deltas a second at most. */
  readonly perSecond: number
  readonly keyPrefix?: string
  readonly attribute?: string
}

/** One who watches. */
class Tape {
  readonly filter: TapeFilter
  readonly send: (frame: InspectDownFrame) => void
  deltas: FlowDelta[] = []
  acks: FlowAck[] = []
  skipped = 0
  probed = 0
  /** Deltas whose acknowledgement is awaited, oldest first: peer, number of the frame, id. */
  awaited: { readonly peer: string; readonly frame: number; readonly id: string }[] = []

  constructor(filter: TapeFilter, send: (frame: InspectDownFrame) => void) {
    this.filter = filter
    this.send = send
  }

  /** Deltas that may still come onto this frame of the tape. */
  get room(): number {
    return Math.min(FLOW_LIMIT, Math.ceil(this.filter.perSecond / TAPES)) - this.deltas.length
  }
}

/** A session that went out. */
interface Sent {
  readonly peer: string
  /** Number of the frame. */
  readonly number: number
  readonly key: SessionKey
  readonly bytes: number
  /** What went out, for who looks into it. */
  readonly entry: () => SessionDeltaEntry
}

/** The tap of one node. */
export class FlowTap implements LinkListener {
  readonly #context: InspectContext
  readonly #tapes = new Set<Tape>()
  #stops: (() => void)[] = []
  #next = 0
  #measured = 0
  #counts = noCounts(0)
  #totals: LinkTotals

  constructor(context: InspectContext) {
    this.#context = context
    this.#totals = new LinkTotals(context.peers)
  }

  /** How many watch. */
  get size(): number {
    return this.#tapes.size
  }

  /** Watches from now on. @returns ends it */
  watch(filter: TapeFilter, send: (frame: InspectDownFrame) => void): () => void {
    const tape = new Tape(filter, send)
    if (this.#tapes.size === 0) this.#open()
    this.#tapes.add(tape)
    return () => {
      if (this.#tapes.delete(tape) && this.#tapes.size === 0) this.#close()
    }
  }

  sent(peer: string, frame: Deltas): void {
    const { number, entries, wholes = [] } = frame
    for (const entry of entries) this.#sent({ peer, number, key: entry.key, bytes: bytesOf(entry), entry: () => entry })
    for (const { key, bytes } of wholes) this.#sent({ peer, number, key, bytes: bytes.length, entry: () => this.#stateOf(key) })
  }

  acknowledged(peer: string, number: number, ms: number): void {
    this.#counts.acks++
    this.#counts.ackMs += ms
    this.#counts.ackMaxMs = Math.max(this.#counts.ackMaxMs, ms)
    for (const tape of this.#tapes) {
      if (tape.awaited.length === 0) continue
      const mine = tape.awaited.filter((one) => one.peer === peer && one.frame <= number)
      if (mine.length === 0) continue
      tape.awaited = tape.awaited.filter((one) => one.peer !== peer || one.frame > number)
      for (const { id } of mine) if (tape.acks.length < 4 * FLOW_LIMIT) tape.acks.push({ id, ms })
    }
  }

  #open(): void {
    const { environment, store, tap } = this.#context
    this.#counts = noCounts(environment.now())
    this.#totals.reset()
    tap.listener = this
    this.#stops = [
      store.observe((stored) => {
        if (store.slot(stored.slot).reign !== undefined) this.#counts.saves++
      }),
      environment.every(TAPE, () => this.#tell()),
      environment.every(COUNT, () => this.#count()),
    ]
  }

  #close(): void {
    this.#context.tap.listener = undefined
    for (const stop of this.#stops) stop()
    this.#stops = []
  }

  #sent(sent: Sent): void {
    this.#counts.deltas++
    this.#counts.deltaBytes += sent.bytes
    if (this.#measured < MEASURED) this.#measure(sent)
    for (const tape of this.#tapes) this.#offer(tape, sent)
  }

  /** A session that went whole, as a delta. */
  #stateOf(key: SessionKey): SessionDeltaEntry {
    return { key, generation: 0, ...this.#context.store.find(key)?.look()?.state() }
  }

  #offer(tape: Tape, sent: Sent): void {
    const { keyPrefix, attribute } = tape.filter
    if (keyPrefix !== undefined && !sent.key.startsWith(keyPrefix)) return
    if (tape.room <= 0 || (attribute !== undefined && tape.probed >= PROBED)) {
      tape.skipped++
      return
    }
    tape.probed++
    const entry = sent.entry()
    const names = [...namesOf(entry.attributes, 'attributes'), ...namesOf(entry.frozen, 'frozen')]
    if (attribute !== undefined && !names.includes(attribute)) return
    const delta = this.#describe(sent, entry, names)
    tape.deltas.push(delta)
    if (tape.awaited.length < AWAITED) tape.awaited.push({ peer: sent.peer, frame: sent.number, id: delta.id })
  }

  #describe({ peer, key, bytes }: Sent, entry: SessionDeltaEntry, names: readonly string[]): FlowDelta {
    const { name, mode, environment, store } = this.#context
    return {
      id: `${name}:${this.#next++}`,
      at: environment.now(),
      from: name,
      to: peer,
      key,
      slot: slotOf(key),
      mode,
      kind: kindOf(entry),
      names: names.slice(0, FLOW_NAMES),
      more: Math.max(0, names.length - FLOW_NAMES),
      bytes,
      whole: store.find(key)?.look()?.byteLength ?? 0,
    }
  }

  #measure({ key, bytes }: Sent): void {
    this.#measured++
    this.#counts.sampledBytes += bytes
    this.#counts.sampledWhole += this.#context.store.find(key)?.look()?.byteLength ?? 0
  }

  #tell(): void {
    this.#measured = 0
    for (const tape of this.#tapes) {
      const { deltas, acks, skipped } = tape
      if (deltas.length + acks.length + skipped > 0) tape.send({ type: 'flow', view: { at: this.#context.environment.now(), deltas, acks, skipped } })
      tape.deltas = []
      tape.acks = []
      tape.skipped = 0
      tape.probed = 0
    }
  }

  #count(): void {
    const now = this.#context.environment.now()
    const { since, ackMs, ackMaxMs, ...counts } = this.#counts
    const rates: RateView = {
      node: this.#context.name,
      at: now,
      ms: Math.max(0, now - since),
      ...counts,
      ...(counts.acks > 0 && { ackMeanMs: ackMs / counts.acks, ackMaxMs }),
      ...this.#totals.sinceLast(),
    }
    this.#counts = noCounts(now)
    for (const tape of this.#tapes) tape.send({ type: 'rates', nodes: [rates] })
  }
}

function noCounts(since: number) {
  return { since, saves: 0, deltas: 0, deltaBytes: 0, sampledBytes: 0, sampledWhole: 0, acks: 0, ackMs: 0, ackMaxMs: 0 }
}

function bytesOf({ attributes, frozen }: SessionDeltaEntry): number {
  return (attributes?.length ?? 0) + (frozen?.length ?? 0)
}

function kindOf({ death, terms, attributes, frozen }: SessionDeltaEntry): FlowDelta['kind'] {
  if (death !== undefined) return 'end'
  if (terms !== undefined) return 'whole'
  return attributes === undefined && frozen === undefined ? 'touch' : 'change'
}
