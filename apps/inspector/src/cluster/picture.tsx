/**
 * The cluster drawn: the outer ring shows each of the 256 slots in the colour of its primary, so a take-over is seen as
 * the ring changes its colours; discs are nodes, lines the deltas that flow from primaries to back-ups. What the picture
 * shows stands in the tables below, too.
 */
import type { LinkView, NodeView } from '@understudy/protocol/inspect'
import { latest } from '../flow/flow-model.js'
import { bytes, significant } from '../shape/bytes.js'
import { roundTrip, span } from '../shape/duration.js'
import { shortText } from '../shape/plain-text.js'
import { nodeNowTicking } from '../inspect/node-clock.js'
import { Term } from '../parts/term.js'
import { cluster, colourOf, goneSince, linkName, nodeNames, sendRates } from './cluster-model.js'
import { discRadius, lineBetween, nodePlace, shareArc, SIZE, slotWedge } from './ring.js'

/** Nodes up to which each line has its figures beside it; beyond, they stand in the table. */
const LABELLED = 4

/** The wedges never move: only their colours change. */
const WEDGES = Array.from({ length: 256 }, (_, slot) => slotWedge(slot))

/** The picture and its legend. */
export function Picture() {
  const view = cluster.value
  if (view === undefined) return null
  const dead = view.nodes.filter(({ alive }) => !alive)
  const label = `${view.nodes.length} nodes, ${dead.length === 0 ? 'all alive' : `${dead.map(({ name }) => name).join(', ')} gone`}; figures in the tables below`
  return (
    <figure class="card picture">
      <header>
        <h2>Nodes and links</h2>
        <span class="dim">the outer ring: 256 <Term of="slot">slots</Term>, in the colour of their <Term of="primary" /></span>
        <EqualPill />
      </header>
      <svg viewBox={`${-SIZE / 2} ${-SIZE / 2} ${SIZE} ${SIZE}`} role="img" aria-label={label}>
        <Slots />
        {view.links.map((link) => <Flow key={linkName(link)} link={link} />)}
        {view.nodes.map((node) => <Disc key={node.name} node={node} />)}
        {view.nodes.length === 3 && <Centre />}
      </svg>
    </figure>
  )
}

/** Whether all replicas are proved to be equal; under traffic a few slots never are, for as long as their deltas are on the way. */
function EqualPill() {
  const links = (cluster.value?.links ?? []).filter(({ open, slots }) => open && slots > 0)
  const slots = links.reduce((sum, link) => sum + link.slots, 0)
  const equal = links.reduce((sum, link) => sum + (link.equalSlots ?? 0), 0)
  if (slots === 0) return <span class="pill end">no back-up is linked</span>
  if (equal === slots) return <span class="pill good end"><Term of="digest">digests</Term> equal</span>
  return <span class="pill accent end"><Term of="digest">digests</Term> equal in {equal} of {slots} slots</span>
}

function Slots() {
  const slots = cluster.value?.slots
  return (
    <g class="slots">
      {WEDGES.map((path, slot) => {
        const name = slots?.nodes[slots.primaries[slot] ?? -1]
        return <path key={slot} d={path} style={{ fill: name === undefined ? 'var(--node-none)' : colourOf(name) }} />
      })}
    </g>
  )
}

function Flow({ link }: { readonly link: LinkView }) {
  const names = nodeNames.value
  const count = names.length
  const from = nodePlace(names.indexOf(link.from), count)
  const to = nodePlace(names.indexOf(link.to), count)
  const { path, head, label } = lineBetween(from, to, discRadius(count))
  const rate = sendRates.value.get(linkName(link)) ?? 0
  const isFlowing = link.open && link.slots > 0 && rate > 50
  const width = link.slots === 0 ? 1 : 1.5 + Math.min(4, Math.log10(1 + rate / 1_000))
  // More bytes, faster dashes; quantised, so that the animation does not start anew with every frame.
  const seconds = [2.4, 1.6, 1.1, 0.7, 0.45][Math.min(4, Math.max(0, Math.round(Math.log10(1 + rate / 500))))] ?? 1
  const kind = link.open ? (link.slots === 0 ? 'idle' : '') : 'lost'
  return (
    <g class={`flow ${kind}`} style={{ color: colourOf(link.from) }}>
      <path d={path} class="way" style={{ strokeWidth: width }} />
      <path d={head} class="head" />
      {isFlowing && <path d={path} class="dashes" style={{ strokeWidth: width + 1.2, animationDuration: `${seconds}s` }} />}
      {count <= LABELLED && (link.slots > 0 || !link.open) && (
        <g class="label" transform={`translate(${label.x.toFixed(1)} ${label.y.toFixed(1)})`}>
          <text y="-3">{link.open ? (link.lagMs === undefined ? '–' : roundTrip(link.lagMs)) : 'no link'}</text>
          <text y="11" class="second">{link.open ? (link.inFlightBytes > 0 ? `${bytes(link.inFlightBytes)} in flight` : `${bytes(rate)}/s`) : ''}</text>
        </g>
      )}
    </g>
  )
}

/** Three nodes leave room in the middle. */
function Centre() {
  const now = latest.value
  if (now === undefined) return null
  return (
    <g class="centre">
      <text y="14" class="much">{significant(now.saves)}</text>
      <text y="34">saves/s</text>
    </g>
  )
}

function Disc({ node }: { readonly node: NodeView }) {
  const names = nodeNames.value
  const place = nodePlace(names.indexOf(node.name), names.length)
  const radius = discRadius(names.length)
  const arc = shareArc(radius + 5, node.primary / 256)
  const since = goneSince.value.get(node.name)
  return (
    <g class={`disc ${node.alive ? (isHeard(node) ? '' : 'unheard') : 'dead'}`} transform={`translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`} style={{ color: colourOf(node.name) }}>
      <circle r={radius + 5} class="rim" />
      {node.primary > 0 && <circle r={radius + 5} class="share" transform="rotate(-90)" style={{ strokeDasharray: arc.dash }} />}
      <circle r={radius} class="face" />
      <text y={radius > 30 ? -10 : 5} class="name">{shortText(node.name, 10)}</text>
      {radius > 30 && (
        <>
          <text y="12" class="fact">{node.alive ? `${node.primary} ${node.primary === 1 ? 'slot' : 'slots'}` : 'gone'}</text>
          <text y="29" class="fact second">{node.alive ? standing(node) : since === undefined ? '' : span(nodeNowTicking() - since)}</text>
        </>
      )}
    </g>
  )
}

/** Whether the node that shows this page hears it, or hears of it from itself. */
function isHeard({ heard, own }: NodeView): boolean {
  return heard || own !== undefined
}

function standing(node: NodeView): string {
  if (!isHeard(node)) return 'not linked'
  if (node.primary > 0) return `epoch ${node.epoch}`
  return node.role === 'backup' ? 'back-up' : 'back-up now'
}
