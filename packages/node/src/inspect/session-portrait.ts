/** One session as this node holds it, without its values. Made when somebody asks, from what is there anyway. */
import { slotOf } from '@understudy/cluster'
import type { Benchmark } from '@understudy/differencing'
import { epochOf, outlineOf } from '@understudy/document'
import type { Document, StateVector } from '@understudy/document'
import type { AttributeView, BackupView, HistoryEntry, SessionView, SizeView, VectorView } from '@understudy/protocol/inspect'
import { attributeOf } from '@understudy/session'
import type { Session, SessionKey } from '@understudy/session'
import { StoreError } from '@understudy/store'
import type { StoredSession } from '@understudy/store'
import type { Peer } from '../peers/peer.js'
import type { DenyList } from './deny-list.js'
import { hiddenValue } from './hidden-value.js'
import type { InspectContext } from './inspect-context.js'
import { primaryOf } from './primaries.js'
import { wholeNames, wholeValue } from './whole-value.js'

/** What there is to say of a living session itself, wherever it is held. */
export type Living = Pick<SessionView, 'createdAt' | 'lastAccess' | 'idleTimeout' | 'absoluteDeadline' | 'deadline' | 'generation' | 'vector' | 'size' | 'attributes'>

/** What a portrait is made with. */
export interface PortraitOptions {
  readonly history?: readonly HistoryEntry[]
  /** Draws the living session; for who keeps what was drawn before. */
  readonly draw?: (session: Session) => Living
}

/** What there is to say of a key, whether or not anything is held under it. */
export function portraitOf(key: SessionKey, context: InspectContext, { history = [], draw = (session) => livingOf(session, context.deny) }: PortraitOptions = {}): SessionView {
  const { name, environment, store, membership, exchange } = context
  const number = slotOf(key)
  const slot = store.slot(number)
  const primary = primaryOf(number, context)
  const role = slot.reign !== undefined ? 'primary' : membership.placement.stores(number, name) ? 'backup' : 'none'
  const epoch = Math.max(slot.epoch, exchange.known.of(number)?.epoch ?? 0)
  const place = { key, node: name, at: environment.now(), slot: number, role, ...(primary && { primary: primary.name }), epoch, slotSequence: slot.sequence } as const
  const stored = store.find(key)
  if (stored === undefined) return { ...place, ...NOTHING, ...damageOf(() => store.living(key, place.at)), history }
  const backups = slot.reign === undefined ? [] : backupsOf(stored, context)
  const { death, sequence } = stored
  if (death !== undefined) return { ...place, ...NOTHING, state: 'ended', sequence, death, backups, history }
  const damage = damageOf(() => stored.session)
  const { session } = stored.isLiving && damage === undefined ? stored : { session: undefined }
  if (session === undefined) return { ...place, ...NOTHING, sequence, ...damage, history }
  return { ...place, state: 'living', sequence, ...draw(session), backups, history }
}

/** What keeps a session from being read, if anything does. */
function damageOf(read: () => unknown): { readonly state: 'damaged'; readonly message: string } | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof StoreError && error.code === 'SESSION_DAMAGED') return { state: 'damaged', message: error.message }
    throw error
  }
}

/** Names listed of what a back-up lacks, at most. */
const LACKED_NAMES = 100

const NOTHING = { state: 'none', sequence: 0, attributes: [], backups: [] } as const

/** Draws the living session. Costs as much as it is large. */
export function livingOf(session: Session, deny: DenyList): Living {
  const { terms, lastAccess, generation } = session
  const deadline = session.deadline()
  return {
    createdAt: terms.createdAt,
    lastAccess,
    ...(terms.idleTimeout !== undefined && { idleTimeout: terms.idleTimeout }),
    ...(terms.absoluteDeadline !== undefined && { absoluteDeadline: terms.absoluteDeadline }),
    ...(deadline !== undefined && { deadline }),
    generation,
    vector: { attributes: vectorView(session.attributes.vector()), frozen: vectorView(session.frozen.vector()) },
    size: sizeOf(session),
    attributes: attributesOf(session, deny),
  }
}

/** Each attribute once, with its latest write: that of a part, where it has parts. One that is frozen was written there. */
function attributesOf(session: Session, deny: DenyList): AttributeView[] {
  const writes = new Map<string, Pick<AttributeView, 'writer' | 'clock'>>()
  for (const document of [session.attributes, session.frozen]) {
    for (const { name, writer, clock } of document.liveEntries()) writes.set(attributeOf(name), { writer, clock })
  }
  return [...writes].flatMap(([name, { writer, clock }]) => {
    const value = wholeValue(session, name)
    if (value === undefined) return []
    return [{ name, value: hiddenValue(value, deny.denies(name)), frozen: session.isFrozen(name), writer, clock, epoch: epochOf(writer) }]
  })
}

function sizeOf(session: Session): SizeView {
  const { attributes, frozen, base } = session
  let valueBytes = 0
  for (const name of session.names()) valueBytes += wholeValue(session, name)?.length ?? 0
  return {
    bytes: session.byteLength,
    attributeBytes: attributes.byteLength,
    frozenBytes: frozen.size === 0 ? 0 : frozen.byteLength,
    baseBytes: base.length,
    valueBytes,
    freshBytes: attributes.freshByteLength + (frozen.size === 0 ? 0 : frozen.freshByteLength),
    structs: structsOf(attributes) + structsOf(frozen),
  }
}

function structsOf(document: Document): number {
  return outlineOf(document.encode(), document.root).structs
}

/** What this primary knows of the slot's back-ups. */
function backupsOf(stored: StoredSession, { membership, peers, name, store }: InspectContext): BackupView[] {
  const known = new Map(Array.from(peers.all, (peer) => [peer.name, peer]))
  const names = membership.placement.backups(stored.slot).filter((backup) => backup !== name)
  return names.map((node) => {
    const peer = known.get(node)
    return peer === undefined ? { node, linked: false, stage: 'unknown' } : backupView(stored, peer, store)
  })
}

function backupView(stored: StoredSession, { name, link, primarySide }: Peer, store: InspectContext['store']): BackupView {
  const { stage, known } = primarySide.stageOf(stored)
  const view = { node: name, linked: link !== undefined, stage } as const
  if (stage === 'clean') return { ...view, ...benchmarkView(stored.session?.benchmark()) }
  if (known === undefined) return view
  const { entry } = store.difference(stored, known)
  const names = [...namesOf(entry.attributes, 'attributes'), ...namesOf(entry.frozen, 'frozen')].slice(0, LACKED_NAMES)
  return { ...view, ...benchmarkView(known.benchmark), lacks: { bytes: (entry.attributes?.length ?? 0) + (entry.frozen?.length ?? 0), names } }
}

/** Attributes that an update speaks of; none where there is no update. */
export function namesOf(update: Uint8Array | undefined, root: 'attributes' | 'frozen'): readonly string[] {
  return update === undefined ? [] : wholeNames(outlineOf(update, root).names)
}

function benchmarkView(benchmark: Benchmark | undefined): Pick<BackupView, 'benchmark'> {
  if (benchmark === undefined) return {}
  const { generation, attributes, frozen } = benchmark
  return { benchmark: { generation, attributes: vectorView(attributes), frozen: vectorView(frozen) } }
}

function vectorView(vector: StateVector): VectorView {
  return [...vector]
}
