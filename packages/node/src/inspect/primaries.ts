/** Who reigns a slot, as far as this node knows of the living. */
import type { LiveReign } from '@understudy/cluster'
import type { InspectContext } from './inspect-context.js'

/** The living primary of a slot, of the highest epoch where there are two; undefined when nobody reigns. */
export function primaryOf(slot: number, { name, store, exchange }: Pick<InspectContext, 'name' | 'store' | 'exchange'>): LiveReign | undefined {
  const own = store.slot(slot).reign
  const other = exchange.reignOf(slot)
  if (own === undefined) return other
  return other !== undefined && other.epoch > own.epoch ? other : { name, epoch: own.epoch }
}
