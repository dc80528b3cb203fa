/**
 * Counters: numbers to which both sides of a split may add, and nothing that was added is lost or counted twice.
 *
 *     number = base + what each reign added             base: the counter's own entry; each reign has an entry, too
 *     reign's entry = [sum, client, counter, by, …]      `+order`   sum of its increments, then those told apart: those
 *                                                                   that came again, 0, 0, 0, and the others
 *     folded        = number                             `-order`   sum of all reigns below that order
 *
 * Only a reign itself writes its entry, so entries never conflict. `set` keeps what was added and moves the base so
 * that the number is right: what others add at the same time then adds to the value that was set.
 *
 * A save that a client sent twice may have been applied by two reigns that did not know of each other. Therefore an
 * increment stays told apart, by client and counter, until the client says that it has its answer and sent it only
 * once; what two reigns tell of the same save counts once. That one came again its reign keeps in mind: the client names
 * only the latest of them.
 *
 * Bounded: of a reign at most 32 increments are told apart (the oldest become part of the sum, those that came again
 * last of all), and of more than 32 reigns the lower half is folded into one sum. So increments of a reign that comes
 * back after 16 later ones added to the same counter are passed over, as generations do with writers (lineage.ts).
 */
import type { Reign, Value } from '@understudy/document'
import type { SaveId } from './operation-log.js'

/** An increment that is told apart. */
export interface ToldIncrement {
  /** The client's number, modulo 2^31. */
  readonly client: number
  readonly counter: number
  readonly by: number
  /** Whether its client had sent it before: another reign may have applied it, too. */
  readonly again: boolean
}

/** What a reign added, or, folded, what all reigns below it did. */
export interface Contribution {
  readonly folded: boolean
  /** Orders reigns: the epoch, then the nonce. */
  readonly order: number
  readonly sum: number
  readonly told: readonly ToldIncrement[]
}

/** Reigns whose contributions are kept apart. */
export const KEPT_REIGNS = 32
/** Increments of a reign that are told apart. */
export const TOLD_INCREMENTS = 32

const NONCES = 2 ** 20
const CLIENTS = 2 ** 31
/** Ends those that came again. Who does not know of it adds nothing. */
const BORDER = [0, 0, 0]
const ORDER = /^[+-][0-9a-z]{1,8}$/

/** Where a reign stands in the order of reigns. */
export function orderOf({ epoch, nonce }: Reign): number {
  return epoch * NONCES + nonce
}

/** The last step of a contribution's name. */
export function contributionStep({ folded, order }: Pick<Contribution, 'folded' | 'order'>): string {
  return (folded ? '-' : '+') + order.toString(36)
}

/** The value of a contribution's entry. */
export function contributionValue({ folded, sum, told }: Contribution): Value {
  if (folded) return sum
  const again = told.filter((one) => one.again)
  const others = told.filter((one) => !one.again)
  return [sum, ...again.flatMap(numbersOf), ...(again.length > 0 ? BORDER : []), ...others.flatMap(numbersOf)]
}

function numbersOf({ client, counter, by }: ToldIncrement): readonly number[] {
  return [client, counter, by]
}

/** The contribution that an entry makes; undefined if it makes none. */
export function contributionOf(step: string, value: Value): Contribution | undefined {
  if (!ORDER.test(step)) return undefined
  const order = Number.parseInt(step.slice(1), 36)
  if (step[0] === '-') return typeof value === 'number' ? { folded: true, order, sum: value, told: [] } : undefined
  if (!Array.isArray(value) || value.length % 3 !== 1 || !value.every(isNumber)) return undefined
  const [sum = 0, ...numbers] = value
  const told: ToldIncrement[] = []
  let border = 0
  for (let i = 0; i < numbers.length; i += 3) {
    const [client, counter, by] = [numbers[i] ?? 0, numbers[i + 1] ?? 0, numbers[i + 2] ?? 0]
    if (client === 0 && counter === 0 && by === 0) border = told.length
    else told.push({ client, counter, by, again: false })
  }
  return { folded: false, order, sum, told: told.map((one, i) => (i < border ? { ...one, again: true } : one)) }
}

/** The number that a counter comes to: the same in whatever order the contributions are found. */
export function totalOf(base: number, contributions: readonly Contribution[]): number {
  const counted = standing(contributions)
  return counted.reduce((total, { sum }) => total + sum, base) + sumOfTold(counted)
}

/** Adds to what a reign contributed so far. Without an identity the save cannot come again, and is not told apart. */
export function added(own: Contribution | undefined, reign: Reign, by: number, id: SaveId | undefined): Contribution {
  const { order, sum, told } = own ?? { order: orderOf(reign), sum: 0, told: [] }
  if (id === undefined) return { folded: false, order, sum: sum + by, told }
  const client = id.client % CLIENTS
  const now = { client, counter: id.counter, by, again: id.resent?.includes(0) ?? false }
  const apart: ToldIncrement[] = []
  let settled = sum
  for (const one of told) {
    if (one.client === client && one.counter === id.counter) now.by += one.by
    else if (one.client === client && !one.again && isAnswered(one, id)) settled += one.by
    else apart.push(one)
  }
  apart.push(now)
  // Counters begin from clocks: the lowest is the oldest, whosesoever it is.
  if (apart.length > TOLD_INCREMENTS) settled += apart.sort((a, b) => Number(b.again) - Number(a.again) || b.counter - a.counter).pop()?.by ?? 0
  return { folded: false, order, sum: settled, told: apart }
}

/** Folds the lower half where there are too many: the contributions that go, and the one that takes their place. */
export function folded(contributions: readonly Contribution[]): { gone: readonly Contribution[]; sum: Contribution } | undefined {
  const counted = standing(contributions)
  if (counted.length <= KEPT_REIGNS) return undefined
  const kept = counted.slice(-KEPT_REIGNS / 2)
  const gone = contributions.filter((one) => !kept.includes(one))
  const floor = kept[0]?.order ?? 0
  // What a reign that is kept tells apart goes on being told there.
  const sum = totalOf(0, counted) - totalOf(0, kept)
  return { gone, sum: { folded: true, order: floor, sum, told: [] } }
}

/** Contributions that count, lowest first: the highest fold, and the reigns that are not in it. */
function standing(contributions: readonly Contribution[]): Contribution[] {
  let fold: Contribution | undefined
  for (const one of contributions) if (one.folded && one.order > (fold?.order ?? -1)) fold = one
  const floor = fold?.order ?? -1
  const reigns = contributions.filter((one) => !one.folded && one.order >= floor).sort((a, b) => a.order - b.order)
  return fold === undefined ? reigns : [fold, ...reigns]
}

/** What is told apart, each save once. */
function sumOfTold(contributions: readonly Contribution[]): number {
  const seen = new Map<string, number>()
  for (const { told } of contributions) for (const { client, counter, by } of told) seen.set(`${client} ${counter}`, by)
  let sum = 0
  for (const by of seen.values()) sum += by
  return sum
}

/** Whether the client has its answer to this earlier save, and sent it only once. */
function isAnswered({ counter }: ToldIncrement, { counter: now, oldest = 0, resent = [] }: SaveId): boolean {
  return counter < now - oldest && !resent.includes(now - counter)
}

function isNumber(value: Value): value is number {
  return typeof value === 'number'
}
