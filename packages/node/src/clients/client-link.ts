/**
 * One client's connection, the node's end: requests come in, answers and deltas of followed sessions go out.
 *
 *            hello             bye, error, closed
 *   greeting ─────► open ─────────────────────────► closed
 */
import { decodeBenchmark } from '@understudy/differencing'
import { decodeClientUpMessage, encodeClientDownFrame, FrameBatch, MIN_BATCH_VERSION, negotiate, SPOKEN_VERSIONS } from '@understudy/protocol'
import type { ClientDownFrame, ClientHello, ClientState, ClientUpFrame, Destroy, Open, Placement, Refresh, Save, Watch } from '@understudy/protocol'
import type { SessionKey } from '@understudy/session'
import type { SessionStore, StoredSession } from '@understudy/store'
import type { Role } from '../access/role.js'
import type { ByteSocket } from '../byte-socket.js'
import type { Environment } from '../environment.js'
import type { Log } from '../log.js'
import type { SessionService } from '../sessions/session-service.js'
import { failureFrame } from './failure-frame.js'
import type { FollowedState, Follower, Followers } from './followers.js'
import type { Tidings } from './event-feed.js'
import { answerSurvey } from './survey-answers.js'
import type { SurveyContext } from './survey-answers.js'
import type { Watcher, Watchers } from './watchers.js'

/** ms within which a client must have greeted. */
const GREETING_TIME = 5_000
/** Bytes that may wait to leave the process before a follower's deltas are held back. */
const SLOW_CLIENT = 1024 * 1024
/**
 * ms for which what a save of this client changed waits for its answer, so that both go out as one message. Not for ever:
 * the client sends its next save of the session once it has seen this one's change, and copies may be long in coming.
 */
const WAIT_FOR_ANSWER = 10

/** Bytes of changes in one answer to `refresh`; of what is behind them the client asks alone. */
const FULL_ANSWER = 1024 * 1024

/** What a client link needs of its node. */
export interface ClientLinkContext extends SurveyContext {
  readonly name: string
  readonly environment: Environment
  readonly log: Log
  readonly store: SessionStore
  readonly service: SessionService
  readonly followers: Followers
  readonly watchers: Watchers
  placement(): Placement
  closed(link: ClientLink): void
}

/** A session that this client follows. */
interface Following {
  stored: StoredSession
  state: FollowedState
  /** Epoch of the slot in which the state was told: the next one counts anew. */
  epoch: number
  /** Something of it was held back; it is in the list of those, too. */
  behind: boolean
  /** Saves of this client that have no answer yet. */
  saves: number
}

/** One client's connection. */
export class ClientLink implements Follower, Watcher {
  readonly #socket: ByteSocket
  readonly #role: Role
  readonly #context: ClientLinkContext
  readonly #following = new Map<SessionKey, Following>()
  /** Of which something was held back; some have been sent meanwhile. */
  #behind: StoredSession[] = []
  readonly #cancelGreeting: () => void
  #client: number | undefined
  /** What goes out with the next message; absent for clients that take one frame a message. */
  #batch: FrameBatch<ClientDownFrame> | undefined
  #flushing = false
  #closed = false

  constructor(socket: ByteSocket, role: Role, context: ClientLinkContext) {
    this.#socket = socket
    this.#role = role
    this.#context = context
    this.#cancelGreeting = context.environment.after(GREETING_TIME, () => this.close('GREETING_LATE', 'no hello came in time'))
    socket.message = (bytes) => this.#receive(bytes)
    socket.closed = () => this.#end()
  }

  /** Ends the link and tells the client why. */
  close(code: string, message: string): void {
    if (this.#closed) return
    this.#send({ type: 'bye', code, message })
    this.#flush()
    this.#socket.close(code === 'SHUTDOWN' ? 1001 : 1008, code)
    this.#end()
  }

  /** Who is primary of what has changed. */
  placementChanged(): void {
    if (this.#client !== undefined) this.#send({ type: 'placement', placement: this.#context.placement() })
  }

  /** A followed session changed: what the client lacks of it goes out, or waits if the client is slow. */
  changed(stored: StoredSession): void {
    const following = this.#following.get(stored.key)
    if (following === undefined) return
    if (stored.death !== undefined) {
      this.#leave(stored.key)
      this.#send({ type: 'ended', key: stored.key, reason: stored.death.reason })
    } else if (following.saves > 0 || !this.isReady) {
      this.#holdBack(stored, following)
    } else {
      this.#update(stored, following)
    }
  }

  /** What was told of the place before is still true, but not by its sequences. */
  moved(stored: StoredSession): void {
    const following = this.#following.get(stored.key)
    if (following === undefined) return
    following.stored = stored
    following.epoch = 0
  }

  /** Whether the client takes what it is sent. */
  get isReady(): boolean {
    return this.#socket.buffered <= SLOW_CLIENT
  }

  /** Something happened to sessions, and the client watches them all. */
  tell(tidings: Tidings): void {
    this.#send({ type: 'events', ...tidings })
  }

  /** Sends what was held back while the client was slow. */
  tick(): void {
    if (!this.isReady) return
    this.#context.watchers.resume(this)
    this.#catchUp()
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closed) return
    try {
      for (const frame of decodeClientUpMessage(bytes)) {
        if (this.#closed) return
        if (frame.type === 'hello') this.#greet(frame)
        else if (this.#client === undefined) this.close('NOT_GREETED', 'say hello first')
        else this.#dispatch(frame, this.#client)
      }
    } catch (error) {
      // Whatever a frame breaks, it ends this link and nothing else.
      const { code, message } = failureFrame(0, error, this.#context.log)
      this.close(code, message)
    }
  }

  /** @throws ProtocolError VERSION_MISMATCH */
  #greet(hello: ClientHello): void {
    if (this.#client !== undefined) return this.close('GREETING_TWICE', 'hello is said once')
    const version = negotiate(SPOKEN_VERSIONS, hello)
    this.#cancelGreeting()
    this.#client = hello.client
    const { name, environment, placement } = this.#context
    this.#send({ type: 'welcome', version, node: name, time: environment.now(), placement: placement() })
    if (version >= MIN_BATCH_VERSION) this.#batch = FrameBatch.down()
  }

  #dispatch(frame: Exclude<ClientUpFrame, ClientHello>, client: number): void {
    switch (frame.type) {
      case 'open':
        return this.#answer(frame.request, this.#open(frame), frame.create === undefined ? 'read' : 'write')
      case 'save':
        return this.#save(frame, client)
      case 'destroy':
        return this.#answer(frame.request, this.#destroy(frame), 'write')
      case 'touch':
        return this.#context.service.touch(frame.key)
      case 'leave':
        return this.#leave(frame.key)
      case 'refresh':
        return this.#refresh(frame)
      // Who may only read knows the sessions that it reads; to look at all of them takes more.
      case 'list':
      case 'count':
      case 'clear':
      case 'rotate':
      case 'succeed':
        return this.#answer(frame.request, () => answerSurvey(frame, this.#context), 'write')
      case 'watch':
        return this.#answer(frame.request, () => this.#watch(frame), 'write')
      case 'ping':
        return this.#send({ type: 'pong' })
    }
  }

  /** Runs a request if the client's role allows it, and sends what it comes to. */
  #answer(request: number, run: () => Promise<ClientDownFrame>, needs: 'read' | 'write'): void {
    if (needs === 'write' && this.#role === 'read') return this.#refuse(request)
    return void run().then(
      (frame) => this.#send(frame),
      (error: unknown) => this.#fail(request, error),
    )
  }

  /** The client's role does not allow it. */
  #refuse(request: number): void {
    const message = 'this token may only read; use one of role write'
    this.#send({ type: 'failure', request, code: 'UNAUTHORIZED', message, retryable: false })
  }

  #fail(request: number, error: unknown): void {
    if (error instanceof Error && 'code' in error && error.code === 'NO_PRIMARY') this.placementChanged()
    this.#send(failureFrame(request, error, this.#context.log))
  }

  #open({ request, key, create, benchmark }: Open): () => Promise<ClientDownFrame> {
    return async () => {
      const held = { benchmark: benchmark && decodeBenchmark(benchmark), since: 0 }
      const stored = await this.#context.service.open(key, create)
      if (stored === undefined || this.#closed) return this.#notFound(request, key)
      const known = this.#following.get(key)
      const following = known ?? { stored, state: held, epoch: 0, behind: false, saves: 0 }
      following.state = held
      const state = this.#advance(stored, following)
      if (known === undefined) {
        this.#following.set(key, following)
        this.#context.followers.follow(stored, this)
      }
      return { type: 'opened', request, state }
    }
  }

  /** Of nearly all that a client asks about it has everything: to find that out takes no difference. */
  #refresh({ request, keys }: Refresh): void {
    const { service } = this.#context
    const states: ClientState[] = []
    const unanswered: SessionKey[] = []
    let room = FULL_ANSWER
    for (const key of keys) {
      const stored = service.inUse(key)
      const following = this.#following.get(key)
      if (stored === undefined || following === undefined || room <= 0) unanswered.push(key)
      else if (this.#hasNews(stored, following)) {
        const entry = this.#advance(stored, following)
        following.behind = false
        room -= (entry.attributes?.length ?? 0) + (entry.frozen?.length ?? 0)
        states.push(entry)
      }
    }
    this.#send({ type: 'refreshed', request, states, unanswered })
  }

  /** Who held the session open learns whether it has ended, or is not known (any more). */
  #notFound(request: number, key: SessionKey): ClientDownFrame {
    const dead = this.#context.store.find(key)
    if (dead?.death === undefined) return { type: 'opened', request }
    return { type: 'opened', request, state: { key, generation: 0, death: dead.death } }
  }

  /** Makes no promise but one: saves are most of what comes. */
  #save({ request, key, counter, operations, copies, required, oldest, resent }: Save, client: number): void {
    if (this.#role === 'read') return this.#refuse(request)
    const { service, store } = this.#context
    const stored = store.find(key)
    const following = stored && this.#following.get(stored.key)
    if (following !== undefined) following.saves++
    const id = { client, counter, ...(oldest !== undefined && { oldest }), ...(resent !== undefined && { resent }) }
    service.save(key, operations, { copies, required }, id).then(
      ({ copies: held, duplicate }) => {
        if (stored !== undefined && following !== undefined) this.#showSaved(stored, following)
        this.#send({ type: 'saved', request, copies: held, duplicate })
      },
      (error: unknown) => {
        if (stored !== undefined && following !== undefined) this.#showSaved(stored, following)
        this.#fail(request, error)
      },
    )
  }

  /** Whoever saved reads its own write, whatever the event loop does first. */
  #showSaved(stored: StoredSession, following: Following): void {
    following.saves--
    if (stored.session !== undefined && this.#following.get(stored.key) === following) this.#update(stored, following)
  }

  #destroy({ request, key, copies }: Destroy): () => Promise<ClientDownFrame> {
    return async () => {
      const result = await this.#context.service.destroy(key, { copies })
      return { type: 'destroyed', request, copies: result.copies }
    }
  }

  async #watch({ request, on }: Watch): Promise<ClientDownFrame> {
    const { watchers } = this.#context
    if (on && !this.#closed) watchers.add(this)
    else watchers.remove(this)
    return { type: 'watching', request }
  }

  #update(stored: StoredSession, following: Following): void {
    following.behind = false
    // Its record may turn out to be damaged by this very look: then it is told of when it is back.
    if (!this.#hasNews(stored, following) || stored.session === undefined) return
    this.#send({ type: 'changed', key: stored.key, delta: this.#advance(stored, following) })
  }

  /** What the client lacks of the session; it is taken to hold that from now on. */
  #advance(stored: StoredSession, following: Following): ClientState {
    const { store } = this.#context
    const { epoch } = store.slot(stored.slot)
    const known = epoch === following.epoch ? following.state : { benchmark: following.state.benchmark, since: 0 }
    const { entry, cut } = store.difference(stored, known, 'benchmark')
    following.state = cut
    following.epoch = epoch
    return entry
  }

  /** Whether the session changed since the client was told of it last. */
  #hasNews(stored: StoredSession, following: Following): boolean {
    const { state, epoch } = following
    return stored.sequence === 0 || stored.sequence !== state.since || epoch !== this.#context.store.slot(stored.slot).epoch
  }

  /** What changed goes out later: with the answer to a save, after a while, or when the client is not slow any more. */
  #holdBack(stored: StoredSession, following: Following): void {
    if (following.behind) return
    following.behind = true
    if (this.#behind.push(stored) > 1) return
    this.#context.environment.after(WAIT_FOR_ANSWER, () => this.#catchUp())
  }

  /** Sends what was held back, unless the client is slow: then a tick will. */
  #catchUp(): void {
    if (!this.isReady) return
    const behind = this.#behind
    this.#behind = []
    for (const stored of behind) {
      const following = this.#following.get(stored.key)
      if (following?.behind === true) this.#update(following.stored, following)
    }
  }

  #leave(key: SessionKey): void {
    const following = this.#following.get(key)
    this.#following.delete(key)
    if (following !== undefined) this.#context.followers.leave(following.stored, this)
  }

  /** Sends a frame, in one message with all others that the events at hand bring about. */
  #send(frame: ClientDownFrame): void {
    if (this.#closed) return
    if (this.#batch === undefined) return this.#socket.send(encodeClientDownFrame(frame))
    this.#gather(this.#batch, frame)
    if (this.#flushing) return
    this.#flushing = true
    this.#context.environment.soon(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #gather(batch: FrameBatch<ClientDownFrame>, frame: ClientDownFrame): void {
    if (batch.isFull) this.#flush()
    const isAlone = batch.isEmpty
    try {
      batch.add(frame)
    } catch (error) {
      if (isAlone) throw error
      // Too much together, perhaps, and not by itself.
      this.#flush()
      batch.add(frame)
    }
  }

  #flush(): void {
    if (!this.#closed && this.#batch?.isEmpty === false) this.#socket.send(this.#batch.take())
  }

  #end(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelGreeting()
    for (const { stored } of this.#following.values()) this.#context.followers.leave(stored, this)
    this.#following.clear()
    this.#context.watchers.remove(this)
    this.#context.closed(this)
  }
}
