/**
 * One who looks: a person's browser, or another node on behalf of one. This end of its link.
 *
 *            hello             bye, error, too slow, token over, closed
 *   greeting ─────► open ──────────────────────────────────────────────► closed
 *
 * Invariants: each request has one answer; at most so many are under way; nothing waits for a slow reader but what fits
 * its socket: what it watches is left out then, and who does not read at all is cut off. Everything that was begun for
 * it ends with it.
 */
import { CLOSE_UNAUTHORIZED } from '@understudy/client'
import { decodeValue } from '@understudy/document'
import { decodeInspectUpFrame, encodeInspectDownFrame, INSPECT_VERSIONS, negotiate, ProtocolError } from '@understudy/protocol/inspect'
import type { InspectDownFrame, InspectHello, InspectRequest } from '@understudy/protocol/inspect'
import type { Admission } from '../access/access.js'
import type { Role } from '../access/role.js'
import type { ByteSocket } from '../byte-socket.js'
import { failureFrame } from '../clients/failure-frame.js'
import { carryOut } from './actions.js'
import { ClusterSnapshot } from './cluster-snapshot.js'
import { ClusterWatch } from './cluster-watch.js'
import { FarNodes } from './far-nodes.js'
import type { FlowTap } from './flow-tap.js'
import type { InspectContext } from './inspect-context.js'
import { InspectFailure } from './inspect-failure.js'
import { ownReport } from './own-report.js'
import { SessionFocus } from './session-focus.js'
import { bestNode, compare, look, valueAt } from './session-look.js'
import { showValue } from './shown-value.js'
import { welcomeOf } from './welcome.js'

/** ms within which an inspector must have greeted. */
const GREETING_TIME = 5_000
/** Requests under way at most. */
const REQUESTS = 32
/** Bytes that may wait to leave the process before what is watched is left out, … */
const SLOW = 512 * 1024
/** … and before the inspector is cut off, which it also is when it stays slow for so many ms. */
const TOO_SLOW = 8 * 1024 * 1024
const PATIENCE = 15_000
/** ms between two reports to a node. */
const REPORT = 500

/** What an inspector needs. */
export interface InspectorOptions {
  readonly context: InspectContext
  readonly tap: FlowTap
  /** Whether more look than may. */
  readonly isFull: () => boolean
  readonly closed: (inspector: Inspector) => void
}

type Frame<T extends InspectRequest['type']> = Extract<InspectRequest, { readonly type: T }>

/** An answer, before it has the number of its request. */
type Answer = InspectDownFrame extends infer F ? (F extends { readonly request?: number | undefined } ? Omit<F, 'request'> : never) : never

/** Codes of ends whose WebSocket close code is not 1008; 4401 tells a page to ask for another token. */
const CLOSES: Readonly<Record<string, number>> = { SHUTDOWN: 1001, TOKEN_EXPIRED: CLOSE_UNAUTHORIZED, TOO_MANY_INSPECTORS: 1013 }

/** One who looks. */
export class Inspector {
  readonly #socket: ByteSocket
  readonly #admission: Admission
  readonly #context: InspectContext
  readonly #options: InspectorOptions
  readonly #far: FarNodes
  readonly #cancelGreeting: () => void
  readonly #timers: (() => void)[] = []
  #as: InspectHello['as'] | undefined
  #closed = false
  #requests = 0
  #slowSince: number | undefined
  #cluster: ClusterWatch | undefined
  #reports: (() => void) | undefined
  #flow: (() => void) | undefined
  #session: SessionFocus | undefined
  #snapshot: ClusterSnapshot | undefined
  #query = 0

  constructor(socket: ByteSocket, admission: Admission, options: InspectorOptions) {
    this.#socket = socket
    this.#admission = admission
    this.#options = options
    this.#context = options.context
    const { environment } = options.context
    this.#far = new FarNodes(
      options.context,
      (name, frame) => this.#fromFar(name, frame),
      (name, why) => {
        this.#cluster?.lost(name, why)
        this.#session?.lost(name)
      },
    )
    this.#cancelGreeting = environment.after(GREETING_TIME, () => this.close('GREETING_LATE', 'no hello came in time'))
    const { expiresAt } = admission
    if (expiresAt !== undefined) this.#expireAt(expiresAt)
    socket.message = (bytes) => this.#receive(bytes)
    socket.closed = () => this.#end()
  }

  /** Whether it is another node. */
  get isNode(): boolean {
    return this.#as === 'node'
  }

  /** Ends the link and says why. */
  close(code: string, message: string): void {
    if (this.#closed) return
    this.#socket.send(encodeInspectDownFrame({ type: 'bye', code, message: message.slice(0, 1_000) }))
    this.#socket.close(CLOSES[code] ?? 1008, code)
    this.#end()
  }

  get #role(): Role {
    return this.#admission.role === 'peer' ? 'write' : this.#admission.role
  }

  /** Looked at every so often: a timer reaches 24 days, and a token may live longer. */
  #expireAt(expiresAt: number): void {
    const { environment } = this.#context
    const cancel = environment.every(1_000, () => {
      if (environment.now() >= expiresAt) this.close('TOKEN_EXPIRED', 'this token has expired: ask for a new one')
    })
    this.#timers.push(cancel)
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closed) return
    try {
      const frame = decodeInspectUpFrame(bytes)
      if (frame.type === 'hello') this.#greet(frame)
      else if (this.#as === undefined) this.close('NOT_GREETED', 'say hello first')
      else this.#serve(frame)
    } catch (error) {
      // Whatever a frame breaks, it ends this link and nothing else.
      const { code, message } = failureFrame(0, error, this.#context.log)
      this.close(code, message)
    }
  }

  /** @throws ProtocolError VERSION_MISMATCH */
  #greet(hello: InspectHello): void {
    if (this.#as !== undefined) return this.close('GREETING_TWICE', 'hello is said once')
    const version = negotiate(INSPECT_VERSIONS, hello)
    if (this.#options.isFull()) return this.close('TOO_MANY_INSPECTORS', 'as many look already as may; close one, or come back later')
    this.#cancelGreeting()
    this.#as = hello.as
    return this.#answer(welcomeOf(version, { role: this.#role, token: this.#admission.name }, this.#context))
  }

  #serve(frame: InspectRequest): void {
    const { request } = frame
    if (this.#requests >= REQUESTS) return this.#fail(request, new InspectFailure('TOO_MANY_REQUESTS', 'too many requests are under way; wait for answers'))
    this.#requests++
    return void this.#answerOf(frame)
      .then((answer) => this.#answer({ ...answer, request }), (error: unknown) => this.#fail(request, error))
      .finally(() => this.#requests--)
  }

  async #answerOf(frame: InspectRequest): Promise<Answer> {
    switch (frame.type) {
      case 'ping':
        return { type: 'pong', time: this.#context.environment.now() }
      case 'watchCluster':
        return this.#watchCluster()
      case 'watchFlow':
        return this.#watchFlow(frame)
      case 'watchSession':
        return this.#watchSession(frame)
      case 'unwatch':
        this.#unwatch(frame.what)
        return { type: 'done' }
      case 'query':
        return this.#take(frame)
      case 'page':
        if (this.#snapshot === undefined) throw new InspectFailure('NO_SNAPSHOT', 'there is no snapshot: send a query first')
        return { type: 'page', page: { offset: frame.offset, rows: await this.#snapshot.rows(frame.offset, frame.limit) } }
      case 'look':
        return { type: 'session', view: await look(frame.key, this.#nodeFor(frame), this.#context, this.#far) }
      case 'compare':
        return { type: 'compared', key: frame.key, replicas: await compare(frame.key, this.#context, this.#far) }
      case 'reveal':
        return this.#reveal(frame)
      case 'act':
        this.#requireAdmin('this action')
        return { type: 'acted', outcome: await carryOut(frame.action, this.#admission.name, this.#context, this.#far) }
      case 'demo':
        throw new InspectFailure('NOT_OFFERED', 'only "understudy demo" has these controls')
    }
  }

  /** A node is told of this node alone; whoever asks for another goes there itself. */
  #nodeFor({ key, node }: { readonly key: Frame<'look'>['key']; readonly node?: string | undefined }): string {
    if (this.isNode) return this.#context.name
    return node ?? bestNode(key, this.#context)
  }

  #watchCluster(): Answer {
    this.#unwatch('cluster')
    if (this.isNode) {
      const report = (): void => this.#push({ type: 'report', report: ownReport(this.#context) })
      this.#reports = this.#context.environment.every(REPORT, report)
      report()
    } else {
      this.#cluster = new ClusterWatch(this.#context, this.#far, (frame) => this.#push(frame))
    }
    return { type: 'done' }
  }

  #watchFlow({ type, perSecond, keyPrefix, attribute, nodes }: Frame<'watchFlow'>): Answer {
    this.#unwatch('flow')
    const { name } = this.#context
    const filter = { perSecond, ...(keyPrefix !== undefined && { keyPrefix }), ...(attribute !== undefined && { attribute }) }
    if (this.isNode || nodes === undefined || nodes.includes(name)) this.#flow = this.#options.tap.watch(filter, (frame) => this.#push(frame))
    if (!this.isNode) for (const far of this.#far.names) if (nodes === undefined || nodes.includes(far)) this.#far.watch(far, { type, ...filter })
    return { type: 'done' }
  }

  async #watchSession({ key, node }: Frame<'watchSession'>): Promise<Answer> {
    this.#unwatch('session')
    const [context, far] = [this.#context, this.#far]
    const session = new SessionFocus({ key, node: this.isNode ? context.name : node, context, far, push: (frame) => this.#push(frame) })
    this.#session = session
    return { type: 'session', view: await session.begin() }
  }

  #unwatch(what: Frame<'unwatch'>['what']): void {
    if (what === 'cluster') {
      this.#cluster?.close()
      this.#reports?.()
      this.#cluster = this.#reports = undefined
    } else if (what === 'flow') {
      this.#flow?.()
      this.#flow = undefined
      this.#far.unwatch('watchFlow')
    } else {
      this.#session?.close()
      this.#session = undefined
    }
  }

  async #take({ filter, node }: Frame<'query'>): Promise<Answer> {
    const query = ++this.#query
    this.#snapshot = undefined
    const given = (): boolean => this.#closed || this.#query !== query
    // A node that asks wants this node's part: what it reigns, or, with a name, all that it holds.
    const snapshot = this.isNode
      ? await ClusterSnapshot.own(filter, node === undefined ? 'primary' : 'all', this.#context, given)
      : await ClusterSnapshot.take(filter, node, this.#context, this.#far, given)
    if (given()) throw new InspectFailure('QUERY_REPLACED', 'another query took the place of this one')
    this.#snapshot = snapshot
    return { type: 'counted', count: snapshot.count }
  }

  async #reveal({ key, name, node: wanted, history }: Frame<'reveal'>): Promise<Answer> {
    const { deny, log } = this.#context
    // A peer reads every value anyway; it asks for a person whom it has judged itself.
    if (this.#admission.isPeer !== true) this.#requireAdmin('to be shown values')
    if (deny.denies(name)) throw new InspectFailure('VALUE_DENIED', `"${name}" is on the deny-list: its value is never shown`)
    // What was before is known where the session was watched.
    const node = history === undefined || this.isNode ? this.#nodeFor({ key, node: wanted }) : (this.#session?.node ?? this.#context.name)
    if (!this.isNode) log.info({ by: this.#admission.name, key, attribute: name, node }, 'inspector: reveal')
    if (node !== this.#context.name) return this.#far.ask(node, { type: 'reveal', key, name, ...(history && { history }) })
    const value = history === undefined ? valueAt(key, name, this.#context) : this.#session?.pastValue(key, name, history)
    if (value === undefined) throw new InspectFailure('ATTRIBUTE_MISSING', 'there was no value, or it is no longer in the history')
    return { type: 'revealed', key, name, value: showValue(decodeValue(value), deny) }
  }

  #requireAdmin(what: string): void {
    if (this.#role !== 'admin') throw new InspectFailure('ROLE_TOO_LOW', `${what} needs a token of role admin; this one has role ${this.#role}`)
  }

  /** What another node tells of what is watched there. */
  #fromFar(name: string, frame: InspectDownFrame): void {
    if (frame.type === 'report') this.#cluster?.reported(name, frame.report)
    else if (frame.type === 'flow' || frame.type === 'rates') this.#push(frame)
    else if (frame.type === 'session' || frame.type === 'changed') this.#session?.told(name, frame)
  }

  /** Sends what is watched, unless the reader is slow: then it is left out. */
  #push(frame: InspectDownFrame): void {
    const { buffered } = this.#socket
    const { environment } = this.#context
    if (buffered <= SLOW) {
      this.#slowSince = undefined
      return void this.#send(frame)
    }
    this.#slowSince ??= environment.now()
    return environment.now() - this.#slowSince > PATIENCE ? this.#tooSlow() : undefined
  }

  #answer(frame: InspectDownFrame): void {
    if (this.#closed) return undefined
    if (this.#socket.buffered > TOO_SLOW) return this.#tooSlow()
    const request = 'request' in frame ? frame.request : undefined
    if (this.#send(frame) || request === undefined) return undefined
    return this.#fail(request, new InspectFailure('FRAME_TOO_LARGE', 'the answer is too long for one frame; ask for less at once'))
  }

  #fail(request: number, error: unknown): void {
    const { code, message } = failureFrame(request, error, this.#context.log)
    const node = error instanceof InspectFailure ? error.node : undefined
    this.#answer({ type: 'failed', request, code, message: message.slice(0, 1_000), ...(node !== undefined && { node }) })
  }

  /** @returns false for a frame that is too long: nothing was sent then */
  #send(frame: InspectDownFrame): boolean {
    if (this.#closed) return true
    try {
      this.#socket.send(encodeInspectDownFrame(frame))
      return true
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#context.log.warn({ frame: frame.type, by: this.#admission.name }, 'what an inspector was to be told is too long for one frame')
      return false
    }
  }

  /** It reads nothing: a good-bye would only wait behind the rest. */
  #tooSlow(): void {
    this.#context.log.info({ by: this.#admission.name }, 'an inspector was cut off: it did not read what it asked for')
    this.#socket.terminate()
    this.#end()
  }

  #end(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelGreeting()
    for (const cancel of this.#timers) cancel()
    for (const what of ['cluster', 'flow', 'session'] as const) this.#unwatch(what)
    this.#snapshot = undefined
    this.#far.close()
    this.#options.closed(this)
  }
}
