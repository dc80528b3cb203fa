/**
 * All other nodes: dials the configured ones, takes in those that dial, and keeps one link a pair.
 *
 * Two nodes that dial each other at once make two links; the one dialled by the node of the lesser name stays.
 */
import { PEER_VERSIONS } from '@understudy/protocol'
import type { Greeting, Hello, SlotMark, Welcome } from '@understudy/protocol'
import type { Membership } from '@understudy/cluster'
import type { ByteSocket, Dial } from '../byte-socket.js'
import { Dialling } from './dialling.js'
import type { Pace } from './heartbeat.js'
import { Peer } from './peer.js'
import type { PeerContext } from './peer.js'
import { PeerLink } from './peer-link.js'
import type { LinkEnd } from './peer-link.js'

/** What this node says of itself in every greeting. */
export interface Introduction {
  readonly name: string
  readonly role: 'member' | 'backup'
  readonly incarnation: number
  readonly nonce: number
  readonly mode: 'benchmark' | 'immutable'
  readonly url: () => string
  readonly marks: () => SlotMark[]
}

/** What peers need of their node. */
export interface PeersOptions extends PeerContext {
  readonly introduction: Introduction
  readonly membership: Membership
  readonly configured: Readonly<Record<string, string>>
  readonly dial: Dial
  readonly dialHeaders: Readonly<Record<string, string>>
  /** A link stands: decide on reigns, then replication begins. */
  linked(peer: Peer): void
  /** A link ended, with this code. */
  unlinked(peer: Peer, code: string): void
  /** A configured peer could not be dialled. */
  unreachable(name: string): void
  /** Whether peers that are members are watched closely, because this node may take over from them. */
  readonly takeOver: boolean
}

/** ms between looks at whether back-ups can be told that they have everything. */
const SETTLE_INTERVAL = 1_000

/** The other nodes of one node. */
export class Peers {
  readonly #options: PeersOptions
  readonly #peers = new Map<string, Peer>()
  /** Those with a link, until links change. */
  #open: readonly Peer[] | undefined
  readonly #dialling = new Map<string, Dialling>()
  readonly #links = new Map<PeerLink, Peer | undefined>()
  #isChanging = false
  #stopSettling: () => void = () => {}
  #closed = false

  constructor(options: PeersOptions) {
    this.#options = options
    for (const [name, url] of Object.entries(options.configured)) {
      const peer = this.#peer(name)
      const { environment, log, dial, dialHeaders } = options
      const linked = (): boolean => peer.link !== undefined
      const connected = (socket: ByteSocket): void => this.#begin(socket, name)
      const failed = (): void => options.unreachable(name)
      this.#dialling.set(name, new Dialling({ name, url, headers: dialHeaders, environment, log, dial, linked, connected, failed }))
    }
  }

  /** All peers known, with or without a link. */
  get all(): Iterable<Peer> {
    return this.#peers.values()
  }

  /** Peers with a link; the same list until one begins or ends. */
  open(): readonly Peer[] {
    this.#open ??= Array.from(this.#peers.values()).filter(({ link }) => link !== undefined)
    return this.#open
  }

  /** Why a configured peer could not be reached lately. */
  dialError(name: string): string | undefined {
    return this.#dialling.get(name)?.lastError
  }

  /** Whether changes are being made of which no back-up is to have one without the next. */
  get isChanging(): boolean {
    return this.#isChanging
  }

  /** Makes changes that go out together: none of them before the last is made. */
  atOnce<T>(change: () => T): T {
    this.#isChanging = true
    try {
      return change()
    } finally {
      this.#isChanging = false
    }
  }

  /** Begins to dial. */
  start(): void {
    for (const dialling of this.#dialling.values()) dialling.start()
    this.#stopSettling = this.#options.environment.every(SETTLE_INTERVAL, () => {
      for (const peer of this.open()) peer.settle()
    })
  }

  /** Takes in a peer that dialled us. */
  accept(socket: ByteSocket): void {
    if (this.#closed) socket.close(1001, 'shutting down')
    else this.#begin(socket, undefined)
  }

  /** Says good-bye to all. */
  close(): void {
    this.#closed = true
    this.#stopSettling()
    for (const dialling of this.#dialling.values()) dialling.stop()
    for (const link of this.#links.keys()) link.close('SHUTDOWN', `node "${this.#options.introduction.name}" shuts down`)
  }

  /** @param dialled name under which the peer is configured, if we dialled it */
  #begin(socket: ByteSocket, dialled: string | undefined): void {
    const link = new PeerLink(socket, dialled !== undefined, this.#options.environment, {
      greeted: (_, greeting) => {
        if (dialled === undefined || dialled === greeting.name) return this.#greeted(link, greeting)
        return link.close('NAME_MISMATCH', `"${this.#options.introduction.name}" knows this node as "${dialled}", but it is named "${greeting.name}"; correct the --peer option`)
      },
      frame: (_, frame) => this.#links.get(link)?.receive(frame),
      closed: (_, end) => this.#ended(link, end, dialled),
    })
    this.#links.set(link, undefined)
    if (dialled !== undefined) link.send({ type: 'hello', ...this.#greeting() })
  }

  #greeted(link: PeerLink, greeting: Hello | Welcome): void {
    const refusal = this.#refusal(link, greeting)
    if (refusal !== undefined) return link.close(refusal.code, refusal.message)
    const peer = this.#peer(greeting.name)
    const former = peer.link
    if (!link.dialled) link.send({ type: 'welcome', ...this.#greeting() })
    link.accept(this.#pace(greeting))
    if (former !== undefined) {
      this.#links.set(former, undefined)
      this.#open = undefined
      peer.detach('replaced by a newer link')
      former.close('REPLACED', 'a newer link took its place')
    }
    this.#links.set(link, peer)
    peer.attach(link, greeting)
    this.#open = undefined
    this.#dialling.get(peer.name)?.succeeded()
    this.#options.log.info({ peer: peer.name, role: greeting.role }, `linked with "${peer.name}"`)
    this.#options.linked(peer)
    peer.pump()
  }

  /** Why a link must not stand, if so. */
  #refusal(link: PeerLink, greeting: Hello | Welcome): LinkEnd | undefined {
    const { introduction, membership } = this.#options
    const admission = membership.admit({ name: greeting.name, role: greeting.role, url: greeting.url })
    if (!admission.admitted) return { code: 'NOT_ADMITTED', message: admission.message }
    if (greeting.nonce === introduction.nonce) return { code: 'NONCE_TAKEN', message: 'both nodes drew the same nonce; restart one of them' }
    const peer = this.#peers.get(greeting.name)
    if (peer?.link === undefined) return undefined
    if (peer.greeting?.incarnation !== greeting.incarnation) {
      // Either two nodes have one name, or that node was restarted and its former link is not known to be dead yet.
      peer.link.challenge()
      return { code: 'NAME_TAKEN', message: `"${introduction.name}" has a link to another node named "${greeting.name}"; give each its own --name` }
    }
    const preferred = introduction.name < greeting.name
    if (peer.link.dialled === preferred && link.dialled !== preferred) return { code: 'DUPLICATE_LINK', message: 'there is a link already' }
    return undefined
  }

  /** @param dialled name under which the peer is configured, if we dialled it */
  #ended(link: PeerLink, end: LinkEnd, dialled: string | undefined): void {
    const peer = this.#links.get(link)
    this.#links.delete(link)
    if (peer !== undefined) {
      this.#open = undefined
      peer.detach(`${end.code}: ${end.message}`)
      if (!this.#closed) {
        const level = end.code === 'SHUTDOWN' || end.code === 'CLOSED' ? 'info' : 'warn'
        this.#options.log[level]({ peer: peer.name, code: end.code }, `link with "${peer.name}" ended: ${end.message}`)
        this.#options.unlinked(peer, end.code)
      }
    } else if (!QUIET_ENDS.has(end.code) && !this.#closed) {
      this.#options.log.warn({ code: end.code }, `a peer link was refused: ${end.message}`)
      if (dialled !== undefined) this.#peer(dialled).lastError = `${end.code}: ${end.message}`
    }
    // Only this one: the end of a link must not put off the attempts to reach others.
    this.#dialling.get(peer?.name ?? dialled ?? '')?.again()
  }

  /** Dedicated back-ups never take over, and nobody takes over from them. */
  #pace({ role }: Greeting): Pace {
    const { takeOver, introduction } = this.#options
    return takeOver && role === 'member' && introduction.role === 'member' ? 'fast' : 'slow'
  }

  #greeting(): Greeting {
    const { name, role, incarnation, nonce, mode, url, marks } = this.#options.introduction
    return { ...PEER_VERSIONS, name, role, incarnation, nonce, mode, url: url(), time: this.#options.environment.now(), slots: marks() }
  }

  #peer(name: string): Peer {
    const known = this.#peers.get(name)
    if (known !== undefined) return known
    const peer = new Peer(name, this.#options)
    this.#peers.set(name, peer)
    return peer
  }
}

/** Ends of links that never stood which nobody need hear of. */
const QUIET_ENDS: ReadonlySet<string> = new Set(['CLOSED', 'DUPLICATE_LINK', 'REPLACED', 'SHUTDOWN'])
