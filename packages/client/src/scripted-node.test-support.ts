/**
 * A small primary for tests: keeps sessions in memory and speaks the client link as SPEC asks of a node. Tests change
 * its ways: whether it is primary, what it refuses, how many copies it reports, whether it holds answers back.
 */
import { decodeStateVector, LiveDocuments } from '@understudy/document'
import type { ClientDownFrame, ClientState, ClientUpFrame, Open, Placement, Refresh, Save, SessionEvent } from '@understudy/protocol/client'
import { decodeClientUpMessage, encodeClientDownFrame, PROTOCOL_VERSION } from '@understudy/protocol/client'
import type { SessionBenchmark, SessionDelta, SessionKey } from '@understudy/session'
import { Session, SessionError } from '@understudy/session'
import * as decoding from 'lib0/decoding'
import type { Connection, ConnectionHandler } from './memory-network.test-support.js'
import { keysIn, pageOf, successorOf } from './session-survey.test-support.js'

/** A refusal that a test asks for. */
export interface Refusal {
  readonly code: string
  readonly retryable?: boolean
  readonly copies?: number
  readonly message?: string
}

const live = new LiveDocuments({ limit: 16 })

/** What several scripted nodes share: the placement. */
export class ScriptedCluster {
  readonly nodes: ScriptedNode[] = []
  version = 1
  /** Index of the primary of all slots; 255: none. */
  primary = 0
  /** Where slots have primaries of their own: that of a slot. */
  primaryOf: ((slot: number) => number) | undefined

  get placement(): Placement {
    const nodes = this.nodes.map(({ name, url }) => ({ name, url }))
    return { version: this.version, nodes, primaries: Array.from({ length: 256 }, (_, slot) => this.primaryOf?.(slot) ?? this.primary) }
  }

  /** Makes another node primary (255: none); it first merges what the old one holds, unless `lost`. */
  promote(index: number, lost = false): void {
    const from = this.nodes[this.primary]
    const to = this.nodes[index]
    if (from && to && !lost) to.takeOver(from)
    this.primary = index
    this.version++
    for (const node of this.nodes) {
      node.epoch = this.version
      node.sendAll({ type: 'placement', placement: this.placement })
    }
  }
}

/** One node. */
export class ScriptedNode {
  readonly name: string
  readonly url: string
  readonly cluster: ScriptedCluster
  readonly sessions = new Map<SessionKey, Session>()
  readonly deaths = new Map<SessionKey, 'destroyed' | 'expired'>()
  readonly links = new Set<ScriptedLink>()
  /** All frames that came, hello and ping apart. */
  readonly frames: ClientUpFrame[] = []
  epoch = 1
  copies = 1
  /** The version that it chooses. */
  version = PROTOCOL_VERSION
  token: string | undefined
  /** Whether it takes requests as a primary, whatever the placement says. */
  alwaysPrimary = false
  /** Slots that it refuses to speak of in surveys. */
  refusedSlots: readonly number[] = []
  now: () => number
  /** While true, answers to saves are kept in `held`. */
  holdsSaves = false
  held: (() => void)[] = []
  /** Decides about refusals; undefined lets the request through. */
  refuse: (frame: ClientUpFrame) => Refusal | undefined = () => undefined
  /** Changes frames on their way out; undefined swallows them. */
  rewrite: (frame: ClientDownFrame) => ClientDownFrame | undefined = (frame) => frame

  constructor(name: string, url: string, cluster: ScriptedCluster, now: () => number) {
    this.name = name
    this.url = url
    this.cluster = cluster
    this.now = now
    cluster.nodes.push(this)
  }

  /** For MemoryNetwork.listen. */
  readonly accept = (connection: Connection): ConnectionHandler => {
    const link = new ScriptedLink(this, connection)
    if (this.token !== undefined && connection.address.token !== this.token) {
      connection.close({ reason: 'HTTP 401', unauthorized: true })
    }
    this.links.add(link)
    return link
  }

  /** Frames of one type that came. */
  received<T extends ClientUpFrame['type']>(type: T): Extract<ClientUpFrame, { readonly type: T }>[] {
    return this.frames.filter((frame): frame is Extract<ClientUpFrame, { readonly type: T }> => frame.type === type)
  }

  sendAll(frame: ClientDownFrame): void {
    for (const link of this.links) link.send(frame)
  }

  get isPrimary(): boolean {
    return this.alwaysPrimary || this.cluster.nodes[this.cluster.primary] === this
  }

  /** Writes as another client would. */
  write(key: SessionKey, save: Pick<Save, 'operations'>): void {
    this.sessions.get(key)?.apply(save.operations, { reign: { epoch: this.epoch, nonce: 7 }, now: this.now() })
    for (const link of this.links) link.follow(key)
  }

  /** Tells those who watch. */
  happened(...events: SessionEvent[]): void {
    for (const link of this.links) if (link.isWatching) link.send({ type: 'events', missed: 0, events })
  }

  /** Ends a session. */
  end(key: SessionKey, reason: 'destroyed' | 'expired'): void {
    this.happened({ kind: reason, key })
    this.sessions.delete(key)
    this.deaths.set(key, reason)
    for (const link of this.links) link.ended(key, reason)
  }

  /** Sends the answers that were held. */
  release(): void {
    const held = this.held
    this.held = []
    for (const answer of held) answer()
  }

  /** Merges all that another node holds. */
  takeOver(other: ScriptedNode): void {
    for (const [key, session] of other.sessions) {
      const own = this.sessions.get(key)
      if (own) own.merge(session.state(), () => true)
      else this.sessions.set(key, Session.load(session.state(), { live }))
    }
    for (const [key, reason] of other.deaths) this.deaths.set(key, reason)
  }
}

/** One client on one node. */
export class ScriptedLink implements ConnectionHandler {
  readonly #node: ScriptedNode
  readonly #connection: Connection
  readonly #followed = new Map<SessionKey, SessionBenchmark>()
  #client = 0
  /** Whether changes come late: with the next answer, and not before. */
  isDeaf = false
  #late: ClientDownFrame[] = []
  /** Whether it was asked for events. */
  isWatching = false

  constructor(node: ScriptedNode, connection: Connection) {
    this.#node = node
    this.#connection = connection
  }

  send(frame: ClientDownFrame): void {
    const rewritten = this.#node.rewrite(frame)
    if (rewritten === undefined) return
    this.#late.push(rewritten)
    if (this.isDeaf && rewritten.type === 'changed') return
    const due = this.#late
    this.#late = []
    for (const one of due) this.#connection.send(encodeClientDownFrame(one))
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#connection.send(bytes)
  }

  closed(): void {
    this.#node.links.delete(this)
  }

  /** Closes the connection from the node's side. */
  close(): void {
    this.#connection.close()
  }

  follows(key: SessionKey): boolean {
    return this.#followed.has(key)
  }

  received(bytes: Uint8Array): void {
    for (const frame of decodeClientUpMessage(bytes)) this.#take(frame)
  }

  #take(frame: ClientUpFrame): void {
    if (frame.type === 'ping') return this.send({ type: 'pong' })
    if (frame.type === 'hello') return this.#welcome(frame.client)
    this.#node.frames.push(frame)
    if (frame.type === 'leave') return void this.#followed.delete(frame.key)
    if (frame.type === 'touch') return void this.#node.sessions.get(frame.key)?.touch(this.#node.now())
    if (frame.type === 'refresh') return this.#refresh(frame)
    const refusal = this.#node.isPrimary ? this.#node.refuse(frame) : { code: 'NO_PRIMARY', retryable: true }
    if (refusal) return this.#refuse(frame.request, refusal)
    if (frame.type === 'open') return this.#open(frame)
    if (frame.type === 'save') return this.#save(frame)
    if (frame.type !== 'destroy') return this.#survey(frame)
    this.#node.end(frame.key, 'destroyed')
    this.send({ type: 'destroyed', request: frame.request, copies: this.#node.copies })
  }

  #survey(frame: Exclude<ClientUpFrame, { readonly type: 'hello' | 'open' | 'leave' | 'save' | 'destroy' | 'touch' | 'ping' | 'refresh' }>): void {
    const { sessions, deaths, copies, refusedSlots: refused, now } = this.#node
    const { request } = frame
    switch (frame.type) {
      case 'list':
        return this.send({ type: 'listed', request, ...pageOf(sessions, { ...frame, slots: frame.slots.filter((slot) => !refused.includes(slot)) }), refused })
      case 'count':
        return this.send({ type: 'counted', request, refused, count: keysIn(sessions, frame).length })
      case 'clear': {
        const keys = keysIn(sessions, frame)
        for (const key of keys) this.#node.end(key, 'destroyed')
        return this.send({ type: 'cleared', request, refused, count: keys.length, copies, more: false })
      }
      case 'rotate': {
        const session = sessions.get(frame.key)
        if (deaths.has(frame.to) || sessions.has(frame.to)) return this.#refuse(request, { code: 'SESSION_ID_TAKEN' })
        if (session === undefined) return this.#refuse(request, { code: 'SESSION_DESTROYED' })
        sessions.set(frame.to, successorOf(session, now()))
        this.#node.end(frame.key, 'destroyed')
        return this.send({ type: 'rotated', request, copies, there: true })
      }
      case 'succeed':
        return this.send({ type: 'rotated', request, copies, there: sessions.has(frame.key) })
      case 'watch':
        this.isWatching = frame.on
        return this.send({ type: 'watching', request })
    }
  }

  /** Sends what the client lacks of a session that it follows. */
  follow(key: SessionKey): void {
    const benchmark = this.#followed.get(key)
    const session = this.#node.sessions.get(key)
    if (!benchmark || !session) return
    this.send({ type: 'changed', key, delta: { key, ...difference(session, benchmark) } })
    this.#followed.set(key, session.benchmark())
  }

  ended(key: SessionKey, reason: 'destroyed' | 'expired'): void {
    if (this.#followed.delete(key)) this.send({ type: 'ended', key, reason })
  }

  #welcome(client: number): void {
    this.#client = client
    const { name, cluster, now } = this.#node
    this.send({ type: 'welcome', version: this.#node.version, node: name, time: now(), placement: cluster.placement })
  }

  #open({ request, key, create, benchmark }: Open): void {
    const { deaths, sessions, now } = this.#node
    if (deaths.has(key) && create) return this.#refuse(request, { code: 'SESSION_DESTROYED' })
    if (create && !sessions.has(key)) {
      const { idleTimeout, absoluteTimeout } = create
      const terms = {
        createdAt: now(),
        stamp: now(),
        ...(idleTimeout !== undefined && { idleTimeout }),
        ...(absoluteTimeout !== undefined && { absoluteDeadline: now() + absoluteTimeout }),
      }
      sessions.set(key, Session.create({ terms, lastAccess: now(), live }))
      this.#node.happened({ kind: 'created', key })
    }
    const session = sessions.get(key)
    const reason = deaths.get(key)
    if (reason) return this.send({ type: 'opened', request, state: { key, generation: 0, death: { at: now(), reason } } })
    if (!session) return this.send({ type: 'opened', request })
    const delta = benchmark ? difference(session, decodeBenchmark(benchmark)) : session.state()
    this.#followed.set(key, session.benchmark())
    this.send({ type: 'opened', request, state: { key, ...delta } })
  }

  #refresh({ request, keys }: Refresh): void {
    const states: ClientState[] = []
    const unanswered: SessionKey[] = []
    for (const key of keys) {
      const benchmark = this.#followed.get(key)
      const session = this.#node.sessions.get(key)
      if (!benchmark || !session || !this.#node.isPrimary || this.#node.refuse({ type: 'open', request, key })) unanswered.push(key)
      else {
        states.push({ key, ...difference(session, benchmark) })
        this.#followed.set(key, session.benchmark())
      }
    }
    this.send({ type: 'refreshed', request, states, unanswered })
  }

  #save({ request, key, counter, operations, copies: wanted = 1, required, oldest = 0, resent = [] }: Save): void {
    const node = this.#node
    const session = node.sessions.get(key)
    if (!session) return this.#refuse(request, { code: node.deaths.has(key) ? 'SESSION_DESTROYED' : 'SESSION_UNKNOWN' })
    try {
      const reign = { epoch: node.epoch, nonce: 7 }
      const operation = { client: this.#client, counter, oldest, resent }
      const { duplicate, changed } = session.apply(operations, { reign, now: node.now(), operation })
      if (changed.length > 0) node.happened({ kind: 'changed', key, names: changed })
      for (const link of node.links) link.follow(key)
      const answer = (): void => {
        const { copies } = node
        if (required && copies < wanted) this.#refuse(request, { code: 'TOO_FEW_COPIES', copies })
        else this.send({ type: 'saved', request, copies, duplicate })
      }
      if (node.holdsSaves) node.held.push(answer)
      else answer()
    } catch (error) {
      if (!(error instanceof SessionError)) throw error
      const { code, message, attribute } = error
      this.send({ type: 'failure', request, code, message, ...(attribute && { attribute }), retryable: false })
    }
  }

  #refuse(request: number, { code, retryable = false, copies, message = 'As the test wants it.' }: Refusal): void {
    this.send({ type: 'failure', request, code, message, retryable, ...(copies !== undefined && { copies }) })
  }
}

function decodeBenchmark(bytes: Uint8Array): SessionBenchmark {
  const decoder = decoding.createDecoder(bytes)
  const generation = decoding.readVarUint(decoder)
  const attributes = decodeStateVector(decoding.readVarUint8Array(decoder))
  return { generation, attributes, frozen: decodeStateVector(decoding.readVarUint8Array(decoder)) }
}

function difference(session: Session, benchmark: SessionBenchmark): SessionDelta {
  if (benchmark.generation !== session.generation) return session.state()
  const { base: _whole, ...state } = session.state()
  return {
    ...state,
    attributes: session.attributes.deltaSince(benchmark.attributes),
    frozen: session.frozen.deltaSince(benchmark.frozen),
  }
}
