/** Where clients come in: their links, and the placement they go by. */
import { CLOSE_UNAUTHORIZED } from '@understudy/client'
import { SLOT_COUNT } from '@understudy/cluster'
import type { Membership } from '@understudy/cluster'
import { encodeClientDownFrame, NO_PRIMARY } from '@understudy/protocol'
import type { Placement } from '@understudy/protocol'
import type { Admission, Refusal } from '../access/access.js'
import type { ByteSocket } from '../byte-socket.js'
import type { KnownReigns } from '../reigns/known-reigns.js'
import { ClientLink } from './client-link.js'
import type { ClientLinkContext } from './client-link.js'

/** ms for a client that is turned away to close its end. */
const FAREWELL = 1_000

/** What the door needs of its node. */
export interface ClientDoorOptions extends Omit<ClientLinkContext, 'placement' | 'closed'> {
  readonly membership: Membership
  /** The newest reigns that are known. */
  readonly known: KnownReigns
  /** ws URL by which clients reach this node. */
  readonly url: () => string
}

/** The clients of one node. */
export class ClientDoor {
  readonly #options: ClientDoorOptions
  readonly #links = new Set<ClientLink>()
  #placement: Placement | undefined
  /** Version of which all clients have been told. */
  #told = 0
  #closing = false

  constructor(options: ClientDoorOptions) {
    this.#options = options
  }

  /** Clients linked. */
  get size(): number {
    return this.#links.size
  }

  /** Takes in a client. One that comes while the node closes is sent on: what it saved now, nobody would carry to back-ups or to disk. */
  accept(socket: ByteSocket, { role }: Admission): void {
    const context = { ...this.#options, placement: () => this.#current(), closed: (link: ClientLink) => this.#links.delete(link) }
    const link = new ClientLink(socket, role === 'peer' ? 'write' : role, context)
    this.#links.add(link)
    if (this.#closing) this.#sendOn(link)
  }

  /** Tells a page, which sees no HTTP status, that its token is refused. What it says is not heard. */
  turnAway(socket: ByteSocket, { code, message }: Refusal): void {
    const cancelCut = this.#options.environment.after(FAREWELL, () => socket.terminate())
    socket.closed = cancelCut
    socket.send(encodeClientDownFrame({ type: 'bye', code: 'UNAUTHORIZED', message: `${code}: ${message}` }))
    socket.close(CLOSE_UNAUTHORIZED, code)
  }

  /** Tells all clients if slots have other primaries than before. */
  placementMayHaveChanged(): void {
    if (this.#told === this.#options.known.version) return
    this.#told = this.#options.known.version
    for (const link of this.#links) link.placementChanged()
  }

  /** Sends slow clients what was held back. */
  tick(): void {
    for (const link of this.#links) link.tick()
  }

  /** Says good-bye to all; they go to other nodes. */
  close(): void {
    this.#closing = true
    for (const link of this.#links) this.#sendOn(link)
  }

  #sendOn(link: ClientLink): void {
    link.close('SHUTDOWN', `node "${this.#options.name}" shuts down`)
  }

  #current(): Placement {
    const { known } = this.#options
    if (this.#placement?.version !== known.version || known.version === 0) this.#placement = this.#describe()
    return this.#placement
  }

  /** The placement as clients get it: who reigns, and where nobody ever did, who should. */
  #describe(): Placement {
    const { membership, known, url } = this.#options
    const { placement, self } = membership
    const nodes = membership.nodes.filter(({ role }) => role === 'member').map((node) => ({ name: node.name, url: node.name === self.name ? url() : node.url }))
    const places = new Map(nodes.map(({ name }, place) => [name, place]))
    const primaries = Array.from({ length: SLOT_COUNT }, (_, slot) => places.get(known.of(slot)?.name ?? placement.primary(slot) ?? '') ?? NO_PRIMARY)
    return { version: known.version, nodes, primaries }
  }
}
