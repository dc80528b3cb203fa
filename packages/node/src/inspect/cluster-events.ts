/** What happened between two pictures of the cluster. Pure: pictures in, events out. */
import type { ClusterEvent, ClusterView, LinkView } from '@understudy/protocol/inspect'

/** A picture without its events. */
export type Picture = Omit<ClusterView, 'events'>

/** Slots that went from one primary to another. */
interface Move {
  readonly node: string
  /** Undefined where nobody is known to have reigned them. */
  readonly other: string | undefined
  readonly slots: number
  readonly epoch: number
}

/** Events in one picture at most. */
const LIMIT = 256

/** Tells what happened from one picture to the next. */
export class ClusterEvents {
  #before: Picture | undefined
  /** Links that came back, whose ends are not known to hold the same yet. */
  readonly #mending = new Set<string>()
  /** Per slot, who reigned it last: between two reigns there may be a picture without any. */
  readonly #reigned: (string | undefined)[] = []

  /** What happened since the picture before; nothing before the first one. */
  next(picture: Picture): ClusterEvent[] {
    const before = this.#before
    this.#before = picture
    const moves = this.#moves(picture)
    if (before === undefined) return []
    return [...nodeEvents(before, picture), ...reignEvents(moves, picture), ...this.#linkEvents(before, picture)].slice(0, LIMIT)
  }

  /** Slots that changed their primary, by pairs of nodes. */
  #moves({ slots }: Picture): Move[] {
    const moves = new Map<string, Move>()
    for (const [slot, index] of slots.primaries.entries()) {
      const node = slots.nodes[index]
      const other = this.#reigned[slot]
      if (node === undefined || node === other) continue
      this.#reigned[slot] = node
      const pair = `${other} ${node}`
      const { slots: count, epoch } = moves.get(pair) ?? { slots: 0, epoch: 0 }
      moves.set(pair, { node, other, slots: count + 1, epoch: Math.max(epoch, slots.epochs[slot] ?? 0) })
    }
    return [...moves.values()]
  }

  *#linkEvents(before: Picture, { at, links, nodes }: Picture): Generator<ClusterEvent> {
    const former = new Map(before.links.map((link) => [idOf(link), link]))
    const silent = new Set(nodes.filter(({ own }) => own === undefined).map(({ name }) => name))
    for (const link of links) {
      const { from: node, to: other } = link
      const known = former.get(idOf(link))
      // A link is told of once, by the end of the lesser name, or by the one that still speaks.
      const isTold = node < other || silent.has(other)
      if (known?.open === true && !link.open) {
        this.#mending.delete(idOf(link))
        if (isTold) yield { at, kind: 'link-lost', node, other, text: `the link between "${node}" and "${other}" is lost` }
      }
      if (known?.open === false && link.open) {
        this.#mending.add(idOf(link))
        if (isTold) yield { at, kind: 'link-back', node, other, text: `"${node}" and "${other}" are linked again` }
      }
      if (!this.#mending.has(idOf(link)) || link.slots === 0 || link.equalSlots !== link.slots) continue
      this.#mending.delete(idOf(link))
      yield { at, kind: 'equal', node, other, slots: link.slots, text: `"${other}" holds all that "${node}" does in ${link.slots} slots again, as their digests show` }
    }
  }
}

function* nodeEvents(before: Picture, { at, nodes }: Picture): Generator<ClusterEvent> {
  const former = new Map(before.nodes.map((node) => [node.name, node]))
  for (const { name: node, alive } of nodes) {
    const known = former.get(node)
    if (known?.alive === true && !alive) yield { at, kind: 'lost', node, text: `"${node}" is lost` }
    if (known?.alive !== true && alive) yield { at, kind: 'back', node, text: known === undefined ? `"${node}" joined` : `"${node}" is back` }
  }
}

function* reignEvents(moves: readonly Move[], { at, nodes }: Picture): Generator<ClusterEvent> {
  const alive = new Set(nodes.filter((node) => node.alive).map(({ name }) => name))
  for (const { node, other, slots, epoch } of moves) {
    const handed = other !== undefined && alive.has(other)
    const counted = `${slots} ${slots === 1 ? 'slot' : 'slots'}`
    const text = handed ? `"${other}" handed ${counted} over to "${node}"` : `"${node}" took over ${counted}${other === undefined ? '' : ` of "${other}"`}`
    yield { at, kind: handed ? 'hand-over' : 'take-over', node, ...(other !== undefined && { other }), slots, epoch, text }
  }
}

function idOf({ from, to }: LinkView): string {
  return `${from} ${to}`
}
