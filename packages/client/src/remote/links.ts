/**
 * The links of a gateway: one to each node it needs, and always at least one, to learn the placement from.
 *
 * Invariant: while no link is open, known nodes are tried one after the other, each with its own pauses; the next one
 * is started as soon as the one before failed, or is slow.
 */
import type { PlacedNode } from '@understudy/protocol/client'
import type { Environment } from '../environment.js'
import { clientAddress, isNodeUrl } from './address.js'
import type { Link } from './link.js'

/** A node that has not answered for so long no longer keeps the next from being tried, ms. */
const SLOW = 500

/** All links of a gateway. */
export class Links {
  readonly #environment: Environment
  readonly #make: (address: string) => Link
  /** By address. */
  readonly #links = new Map<string, Link>()
  /** Addresses of all known nodes; the first is the next to try. */
  #known: readonly string[]
  /** Addresses by URL, of nodes of the placement: asked for by each request that waits. */
  #addresses: ReadonlyMap<string, string> = new Map()
  /** By node name, the address under which the node was reached last. */
  readonly #reached = new Map<string, string>()
  #cancelSlow: (() => void) | undefined

  /** @param nodes URLs from the options; @param make builds a link to an address */
  constructor(nodes: readonly string[], environment: Environment, make: (address: string) => Link) {
    this.#known = [...new Set(nodes.map((url) => clientAddress(url)))]
    this.#environment = environment
    this.#make = make
  }

  /** How many links are open. */
  get openCount(): number {
    return [...this.#links.values()].filter((link) => link.isOpen).length
  }

  /** Whether any link is open. */
  get anyOpen(): boolean {
    return this.openCount > 0
  }

  /** The open link to a node; if there is none it is started, and undefined returned. */
  openTo(node: PlacedNode): Link | undefined {
    const address = this.#reached.get(node.name) ?? this.#addresses.get(node.url)
    if (address === undefined) return undefined
    const link = this.#link(address)
    if (link.isOpen) return link
    link.start()
    return undefined
  }

  /** Sees to it that a link is open or on its way. */
  keepOne(): void {
    if (this.anyOpen) return this.#forgetSlow()
    if (this.#cancelSlow) return
    const next = this.#known.find((address) => this.#link(address).isResting)
    if (next === undefined) return
    this.#known = [...this.#known.filter((address) => address !== next), next]
    this.#cancelSlow = this.#environment.startTimer(SLOW, () => {
      this.#cancelSlow = undefined
      this.keepOne()
    })
    this.#link(next).start()
  }

  /** A link opened to the node of this name. One that is open under another address already stays the way to it. */
  reached(link: Link, node: string): void {
    const known = this.#links.get(this.#reached.get(node) ?? '')
    if (known?.isOpen !== true || known === link) this.#reached.set(node, link.address)
    this.#forgetSlow()
  }

  /** A link was lost: the node may return elsewhere, and the next one is tried at once. */
  lost(link: Link): void {
    for (const [node, address] of this.#reached) if (address === link.address) this.#reached.delete(node)
    this.#forgetSlow()
    this.keepOne()
  }

  /** Takes up the nodes of a placement as ones to try. */
  learn(nodes: readonly PlacedNode[]): void {
    const usable = nodes.filter(({ url }) => isNodeUrl(url))
    this.#addresses = new Map(usable.map(({ url }) => [url, clientAddress(url)]))
    this.#known = [...new Set([...this.#known, ...this.#addresses.values()])]
  }

  /** Closes all. */
  close(): void {
    this.#forgetSlow()
    for (const link of this.#links.values()) link.close()
  }

  #link(address: string): Link {
    const link = this.#links.get(address) ?? this.#make(address)
    this.#links.set(address, link)
    return link
  }

  #forgetSlow(): void {
    this.#cancelSlow?.()
    this.#cancelSlow = undefined
  }
}
