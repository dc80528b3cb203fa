/** Where clients come in: their links, and the placement they go by. */
import { CLOSE_UNAUTHORIZED } from '@understudy/client'
import type { Membership, Placement as Placed } from '@understudy/cluster'
import { encodeClientDownFrame, NO_PRIMARY } from '@understudy/protocol'
import type { Placement } from '@understudy/protocol'
import type { Admission, Refusal } from '../access/access.js'
import type { ByteSocket } from '../byte-socket.js'
import { ClientLink } from './client-link.js'
import type { ClientLinkContext } from './client-link.js'

/** ms for a client that is turned away to close its end. */
const FAREWELL = 1_000

/** What the door needs of its node. */
export interface ClientDoorOptions extends Omit<ClientLinkContext, 'placement' | 'closed'> {
  readonly membership: Membership
  /** ws URL by which clients reach this node. */
  readonly url: () => string
}

/** The clients of one node. */
export class ClientDoor {
  readonly #options: ClientDoorOptions
  readonly #links = new Set<ClientLink>()
  #placed: Placed | undefined
  #placement: Placement | undefined

  constructor(options: ClientDoorOptions) {
    this.#options = options
  }

  /** Clients linked. */
  get size(): number {
    return this.#links.size
  }

  /** Takes in a client. */
  accept(socket: ByteSocket, { role }: Admission): void {
    const context = { ...this.#options, placement: () => this.#current(), closed: (link: ClientLink) => this.#links.delete(link) }
    this.#links.add(new ClientLink(socket, role === 'peer' ? 'write' : role, context))
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
    if (this.#placed === undefined || this.#placed === this.#options.membership.placement) return
    for (const link of this.#links) link.placementChanged()
  }

  /** Sends slow clients what was held back. */
  tick(): void {
    for (const link of this.#links) link.tick()
  }

  /** Says good-bye to all; they go to other nodes. */
  close(): void {
    for (const link of this.#links) link.close('SHUTDOWN', `node "${this.#options.name}" shuts down`)
  }

  #current(): Placement {
    const { membership, environment } = this.#options
    if (this.#placement === undefined || this.#placed !== membership.placement) {
      this.#placed = membership.placement
      // A dedicated back-up need not know all members: what a member says of the placement counts more.
      const version = membership.self.role === 'member' ? environment.now() : 1
      this.#placement = describe(membership, this.#options.url(), version)
    }
    return this.#placement
  }
}

/** The placement as clients get it; its version is the time it was made, so that a later one counts on all nodes. */
function describe(membership: Membership, ownUrl: string, version: number): Placement {
  const { placement, self } = membership
  const nodes = membership.nodes.filter(({ role }) => role === 'member').map(({ name, url }) => ({ name, url: name === self.name ? ownUrl : url }))
  const primaries = Array.from({ length: 256 }, (_, slot) => {
    const index = nodes.findIndex(({ name }) => name === placement.primary(slot))
    return index === -1 ? NO_PRIMARY : index
  })
  return { version, nodes, primaries }
}
