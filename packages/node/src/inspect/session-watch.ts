/**
 * Somebody looks at one session: it is drawn again after changes, and each change is told with what was before.
 *
 * What a change replaced is nowhere kept in a node, so a watch begins with a copy of the session's encoded values (as
 * large as the session, 256 kB by default) and compares. Its history ends with it.
 *
 * What is drawn of the session itself costs as much as the session is large: it is kept until the session changes, and a
 * large one that keeps changing is drawn less often. What its back-ups hold is looked at every time.
 */
import { epochOf } from '@understudy/document'
import type { HistoryEntry, InspectDownFrame, SessionView } from '@understudy/protocol/inspect'
import { HISTORY_LIMIT } from '@understudy/protocol/inspect'
import { attributeOf } from '@understudy/session'
import type { Session, SessionKey } from '@understudy/session'
import type { StoredSession } from '@understudy/store'
import { hiddenValue } from './hidden-value.js'
import type { InspectContext } from './inspect-context.js'
import { livingOf, portraitOf } from './session-portrait.js'
import type { Living } from './session-portrait.js'
import { wholeValue } from './whole-value.js'

/** ms between two pictures of a session that keeps changing. */
const REDRAW = 500
/** Attributes from which on, and for each so many of which, a picture is left out after one. */
const LARGE = 300
/** Changes told between two pictures at most. */
const CHANGES = 100
/** Bytes of old and new values that a history keeps for being revealed. */
const HISTORY_BYTES = 1024 * 1024

/** A change with the values themselves. */
interface Remembered {
  readonly entry: HistoryEntry
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
}

/** One session under watch. */
export class SessionWatch {
  readonly key: SessionKey
  readonly #context: InspectContext
  readonly #send: (frame: InspectDownFrame) => void
  readonly #values = new Map<string, Uint8Array>()
  readonly #history: Remembered[] = []
  #untold: HistoryEntry[] = []
  #skipped = 0
  #historyBytes = 0
  #next = 1
  #drawn = ''
  #living: Living | undefined
  /** Whether the session is another one than was drawn. */
  #isStale = true
  /** Pictures that are still left out. */
  #rest = 0
  readonly #stops: (() => void)[]

  constructor(key: SessionKey, context: InspectContext, send: (frame: InspectDownFrame) => void) {
    this.key = key
    this.#context = context
    this.#send = send
    const stored = context.store.find(key)
    if (stored?.session !== undefined) this.#remember(stored.session, stored.session.names())
    this.#stops = [
      context.store.observe((changed, _, names) => {
        if (changed.key !== key) return
        this.#isStale = true
        if (!changed.isLiving) this.#rest = 0
        this.#changed(changed, names)
      }),
      context.environment.every(REDRAW, () => this.#tell()),
    ]
  }

  /** The session now. */
  view(): SessionView {
    const view = portraitOf(this.key, this.#context, { history: this.#history.map(({ entry }) => entry), draw: (session) => this.#draw(session) })
    this.#drawn = signatureOf(view)
    return view
  }

  #draw(session: Session): Living {
    if (this.#living === undefined || this.#isStale) {
      this.#living = livingOf(session, this.#context.deny)
      this.#isStale = false
      this.#rest = Math.floor(this.#living.attributes.length / LARGE)
    }
    const { lastAccess } = session
    const deadline = session.deadline()
    // A touch is no change yet, and moves these.
    return { ...this.#living, lastAccess, ...(deadline !== undefined && { deadline }) }
  }

  /** The encoded value on one side of a change; undefined where there was none, or the entry is no longer kept. */
  valueOf(name: string, { id, side }: { readonly id: number; readonly side: 'before' | 'after' }): Uint8Array | undefined {
    return this.#history.find(({ entry }) => entry.id === id && entry.name === name)?.[side]
  }

  /** Nobody looks any more. */
  close(): void {
    for (const stop of this.#stops) stop()
  }

  /** The session changed: what each name had is told, and what it has now is kept in its place. */
  #changed({ session }: StoredSession, names: readonly string[]): void {
    if (session === undefined) return
    const writers = new Map(names.length > 0 && this.#untold.length < CHANGES ? writersOf(session) : [])
    for (const name of names) this.#note(name, this.#values.get(name), session, writers.get(name))
    this.#remember(session, names)
  }

  #note(name: string, before: Uint8Array | undefined, session: Session, writer: number | undefined): void {
    const after = wholeValue(session, name)
    const id = this.#next++
    if (this.#untold.length >= CHANGES) {
      this.#skipped++
      return
    }
    const { environment, deny } = this.#context
    const denied = deny.denies(name)
    const hidden = { before: hiddenValue(before, denied), after: hiddenValue(after, denied) }
    const epoch = writer === undefined ? {} : { epoch: epochOf(writer) }
    const entry: HistoryEntry = { id, at: environment.now(), name, ...hidden, frozen: session.isFrozen(name), ...epoch }
    this.#untold.push(entry)
    this.#history.push({ entry, before, after })
    this.#historyBytes += bytesOf(before, after)
    while (this.#history.length > HISTORY_LIMIT || this.#historyBytes > HISTORY_BYTES) {
      const oldest = this.#history.shift()
      this.#historyBytes -= bytesOf(oldest?.before, oldest?.after)
    }
  }

  #remember(session: Session, names: readonly string[]): void {
    for (const name of names) {
      const value = wholeValue(session, name)
      if (value === undefined) this.#values.delete(name)
      else this.#values.set(name, value)
    }
  }

  /** What is new goes out, a picture if it is another one. */
  #tell(): void {
    const { key } = this
    const entries = this.#untold
    if (entries.length > 0) {
      this.#send({ type: 'changed', key, node: this.#context.name, entries, skipped: this.#skipped })
      this.#untold = []
      this.#skipped = 0
    }
    if (this.#isStale && this.#rest > 0) {
      this.#rest--
      return
    }
    const before = this.#drawn
    const view = this.view()
    if (this.#drawn !== before) this.#send({ type: 'session', view })
  }
}

/** Tells pictures apart, whatever the time. A change of an attribute moves the state vector, or ends up in the history. */
function signatureOf({ attributes, ...view }: SessionView): string {
  return JSON.stringify({ ...view, attributes: attributes.length, at: 0, slotSequence: 0 })
}

/** Who wrote each attribute, or the latest of its parts. */
function* writersOf({ attributes, frozen }: Session): Generator<[string, number]> {
  for (const document of [attributes, frozen]) for (const { name, value, writer } of document.liveEntries()) if (value !== undefined) yield [attributeOf(name), writer]
}

function bytesOf(before: Uint8Array | undefined, after: Uint8Array | undefined): number {
  return (before?.length ?? 0) + (after?.length ?? 0)
}
