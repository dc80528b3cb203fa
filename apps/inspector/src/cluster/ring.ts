/**
 * Where everything stands in the picture of the cluster: an outer ring of 256 slots, the nodes on a circle within, and
 * for each pair of nodes two lines that bend away from each other, one a direction.
 *
 * Units are those of the picture: its centre is 0, 0 and it reaches from −SIZE/2 to SIZE/2.
 */

/** Width and height of the picture. */
export const SIZE = 640

/** Radii: of the slots' ring, inside and outside, and of a node's disc. */
export const SLOT_INNER = 298
export const SLOT_OUTER = 316
export const DISC = 52

/** Radius of the circle on which nodes stand. */
const NODE_CIRCLE = 214

/** How far a line bends from the straight way, as a share of its length. */
const BEND = 0.11

/** Between a disc's edge and where a line ends. */
const CLEARANCE = 12

/** A place in the picture. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Where on a line its label stands: nearer to where it comes from, so that the labels of a pair do not meet. */
const LABEL = 0.3

/** Half the width of an arrow's head. */
const HEAD = 5

/** A line from one node to another: its path, the head of its arrow, and where its label stands. */
export interface Line {
  readonly path: string
  readonly head: string
  readonly label: Point
}

/** The place of one of `count` nodes. The first stands at the top; one alone stands in the centre. */
export function nodePlace(index: number, count: number): Point {
  if (count <= 1) return { x: 0, y: 0 }
  return polar(NODE_CIRCLE, index / count)
}

/** Radius of a disc, smaller where there are many. */
export function discRadius(count: number): number {
  return count <= 5 ? DISC : Math.max(16, (Math.PI * NODE_CIRCLE) / count / 1.35)
}

/** The line from one place to another. The way back bends to the other side. */
export function lineBetween(from: Point, to: Point, radius: number): Line {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const along = { x: (to.x - from.x) / length, y: (to.y - from.y) / length }
  const beside = { x: -along.y, y: along.x }
  const gap = radius + CLEARANCE
  const bend = length * BEND
  const start = { x: from.x + along.x * gap + beside.x * 9, y: from.y + along.y * gap + beside.y * 9 }
  const end = { x: to.x - along.x * gap + beside.x * 9, y: to.y - along.y * gap + beside.y * 9 }
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  const control = { x: middle.x + beside.x * bend * 1.6, y: middle.y + beside.y * bend * 1.6 }
  return { path: `M${at(start)}Q${at(control)} ${at(end)}`, head: arrow(control, end), label: onCurve(start, control, end, LABEL) }
}

/** A point on a quadratic curve. */
function onCurve(start: Point, control: Point, end: Point, share: number): Point {
  const [one, two, three] = [(1 - share) ** 2, 2 * share * (1 - share), share ** 2]
  return { x: one * start.x + two * control.x + three * end.x, y: one * start.y + two * control.y + three * end.y }
}

/** A triangle whose point is at `end`, coming from `before`. */
function arrow(before: Point, end: Point): string {
  const length = Math.hypot(end.x - before.x, end.y - before.y)
  const along = { x: (end.x - before.x) / length, y: (end.y - before.y) / length }
  const corner = (side: number): Point => ({ x: end.x - along.x * 2 * HEAD - along.y * side * HEAD, y: end.y - along.y * 2 * HEAD + along.x * side * HEAD })
  return `M${at({ x: end.x + along.x * 2, y: end.y + along.y * 2 })}L${at(corner(1))}L${at(corner(-1))}Z`
}

/** The wedge of a slot on the outer ring. */
export function slotWedge(slot: number, count = 256): string {
  const [from, to] = [(slot + 0.12) / count, (slot + 0.88) / count]
  const corners = [polar(SLOT_INNER, from), polar(SLOT_OUTER, from), polar(SLOT_OUTER, to), polar(SLOT_INNER, to)]
  return `M${corners.map(at).join('L')}Z`
}

/** The arc of a share around a node's disc, from the top clockwise; `share` of 1. */
export function shareArc(radius: number, share: number): { readonly dash: string; readonly length: number } {
  const length = 2 * Math.PI * radius
  return { dash: `${(length * Math.min(1, share)).toFixed(1)} ${length.toFixed(1)}`, length }
}

/** A place by its radius and its share of the way around, from the top clockwise. */
function polar(radius: number, turn: number): Point {
  const angle = turn * 2 * Math.PI - Math.PI / 2
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) }
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`
}
