/**
 * Toy sessions: the interfaces that replication declares, over plain objects. A session is a list of writes, one
 * writer's clock each; a delta carries those that the benchmark lacks. Enough to see what replication does, and when.
 */
import type { Benchmark } from '@understudy/differencing'
import type { Epochs, Forgotten, SessionDeltaEntry, SessionKey, SlotMark } from '@understudy/protocol'
import type { BackupSessions, Difference, Known, Merge, PrimarySessions, ReplicatedSession, SlotView, Whole } from '../src/sessions.js'

/** The one writer of all toys. */
const WRITER = 7

/** One toy session. */
export interface ToySession extends ReplicatedSession {
  sequence: number
  /** Writes so far; all there is to a toy session. */
  clock: number
  dead: boolean
}

/** A key; the first two digits are its slot. */
export function key(number: number, slot = 0): SessionKey {
  return `${slot.toString(16).padStart(2, '0')}${number.toString(16).padStart(30, '0')}` as SessionKey
}

/** The slot of a key. */
export function slotOf(sessionKey: SessionKey): number {
  return Number.parseInt(sessionKey.slice(0, 2), 16)
}

/** The benchmark of who holds so many writes. */
export function benchmarkAt(clock: number): Benchmark {
  return { generation: 0, attributes: new Map(clock === 0 ? [] : [[WRITER, clock]]), frozen: new Map() }
}

/** Reigns over the first slots, in these epochs. */
export function epochsOf(...epochs: readonly number[]): Epochs {
  return Float64Array.from({ length: 256 }, (_, slot) => epochs[slot] ?? 0)
}

/** What is known of who holds so many writes, up to a slot sequence. */
export function knownAt(clock: number, since: number): Known {
  return { benchmark: benchmarkAt(clock), since }
}

/** A toy node's sessions, for either side of a link. */
export class ToySessions implements PrimarySessions<ToySession>, BackupSessions<ToySession> {
  readonly sessions = new Map<SessionKey, ToySession>()
  /** By slot. */
  readonly epochs = new Map<number, number>()
  readonly sequences = new Map<number, number>()
  /** Benchmarks that `difference` was asked for, in order; undefined for "nothing". */
  readonly differenced: (number | undefined)[] = []
  /** What back-ups had forgotten, by slot. */
  readonly learned = new Map<number, Forgotten>()
  /** What this node has forgotten, by slot. */
  readonly forgotten = new Map<number, Forgotten>()
  /** Sessions that turn out to be lost when they are read. */
  readonly lost = new Set<SessionKey>()
  /** Entries adopted. */
  readonly adopted: SessionDeltaEntry[] = []
  /** Whether its sessions have a whole form. */
  sendsWhole = false
  /** Hears of every change, with what was known before it. */
  changed: (session: ToySession, before: Known) => void = () => {}

  /** As primary: a write. */
  write(sessionKey: SessionKey): ToySession {
    return this.#change(sessionKey, (session) => {
      session.clock++
    })
  }

  /** A node that holds a session at so many writes. */
  hold(sessionKey: SessionKey, clock: number, dead = false): ToySession {
    const session = { key: sessionKey, slot: slotOf(sessionKey), sequence: 0, clock, dead }
    this.sessions.set(sessionKey, session)
    return session
  }

  /** The slot's mark, as a greeting or a marks frame names it. */
  mark(slot: number, reigns = false): SlotMark {
    return { slot, ...this.slot(slot), reigns }
  }

  find(sessionKey: SessionKey): ToySession | undefined {
    return this.sessions.get(sessionKey)
  }

  slot(slot: number): SlotView {
    const all = [...this.all(slot)]
    const digest = all.reduce((sum, session) => (sum ^ this.fingerprint(session)[1]) >>> 0, 0)
    const forgotten = this.forgotten.get(slot)
    return { epoch: this.epochs.get(slot) ?? 0, sequence: this.sequences.get(slot) ?? 0, count: all.length, digest: [0, digest], ...(forgotten && { forgotten }) }
  }

  position(slot: number): SlotView {
    return this.slot(slot)
  }

  all(slot: number): ToySession[] {
    return [...this.sessions.values()].filter((session) => session.slot === slot)
  }

  changedSince(slot: number, sequence: number): ToySession[] {
    return this.all(slot).filter((session) => session.sequence > sequence)
  }

  benchmark({ clock, dead }: ToySession): Benchmark | undefined {
    return dead ? undefined : benchmarkAt(clock)
  }

  covers({ clock }: ToySession, benchmark: Benchmark): boolean {
    return clock >= (benchmark.attributes.get(WRITER) ?? 0)
  }

  fingerprint({ key: sessionKey, clock, dead }: ToySession): readonly [number, number] {
    return [0, Number.parseInt(sessionKey.slice(-4), 16) * 65_536 + (dead ? 65_535 : clock + 1)]
  }

  isDead({ dead }: ToySession): boolean {
    return dead
  }

  difference(session: ToySession, known: Known): Difference | undefined {
    if (this.lost.has(session.key)) return undefined
    const from = known.benchmark?.attributes.get(WRITER)
    this.differenced.push(from)
    const attributes = new Uint8Array([from ?? 0, session.clock])
    const entry = session.dead
      ? { key: session.key, generation: 0, death: { at: 0, reason: 'destroyed' as const } }
      : { key: session.key, generation: 0, attributes }
    return { entry, cut: knownAt(session.clock, session.sequence) }
  }

  whole(session: ToySession): Whole | undefined {
    if (!this.sendsWhole || session.dead || this.lost.has(session.key)) return undefined
    return { bytes: Uint8Array.of(session.clock), cut: knownAt(session.clock, session.sequence) }
  }

  take(sessionKey: SessionKey, bytes: Uint8Array): Merge {
    return this.merge({ key: sessionKey, generation: 0, attributes: Uint8Array.of(0, bytes[0] ?? 0) })
  }

  merge({ key: sessionKey, attributes, death }: SessionDeltaEntry): Merge {
    const session = this.sessions.get(sessionKey)
    if (death !== undefined) {
      this.hold(sessionKey, 0, true)
      return 'merged'
    }
    const [from = 0, to = 0] = attributes ?? []
    if (session?.dead === true || (session?.clock ?? 0) < from) return 'lacks'
    this.hold(sessionKey, Math.max(to, session?.clock ?? 0))
    return 'merged'
  }

  adopt(entry: SessionDeltaEntry): void {
    this.adopted.push(entry)
    this.#change(entry.key, (session) => {
      session.dead ||= entry.death !== undefined
      session.clock = Math.max(session.clock, entry.attributes?.[1] ?? 0)
    })
  }

  follow(slot: number, epoch: number): void {
    if (epoch <= (this.epochs.get(slot) ?? 0)) return
    this.epochs.set(slot, epoch)
    this.sequences.set(slot, 0)
  }

  agrees({ slot, digest }: SlotMark): boolean {
    const own = this.slot(slot).digest
    return own[0] === digest[0] && own[1] === digest[1]
  }

  learn(slot: number, forgotten: Forgotten): void {
    this.learned.set(slot, forgotten)
  }

  advance(slot: number, sequence: number): void {
    this.sequences.set(slot, sequence)
  }

  #change(sessionKey: SessionKey, change: (session: ToySession) => void): ToySession {
    const slot = slotOf(sessionKey)
    const known = this.sessions.get(sessionKey)
    const before = known === undefined ? { benchmark: undefined, since: 0 } : knownAt(known.clock, known.sequence)
    const session = known ?? { key: sessionKey, slot, sequence: 0, clock: 0, dead: false }
    this.sessions.set(sessionKey, session)
    session.sequence = (this.sequences.get(slot) ?? 1) + 1
    this.sequences.set(slot, session.sequence)
    change(session)
    this.changed(session, before)
    return session
  }
}
