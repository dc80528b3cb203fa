/** How far a slot has come on one node. */
import type { Forgotten } from '@understudy/protocol'

/** What moves when anything of a slot changes. */
export interface SlotPosition {
  /** Newest epoch known, whoever reigns. */
  readonly epoch: number
  /** In that epoch's numbering: latest change, or, on a back-up, that up to which all is held; 0 while unknown. */
  readonly sequence: number
  /** Up to when death markers were dropped; absent, or zeroes: none. */
  readonly forgotten?: Forgotten
}

/** Whether nothing has moved the slot since it was there. */
export function isAt(position: SlotPosition, before: SlotPosition | undefined): boolean {
  return before?.epoch === position.epoch && before.sequence === position.sequence && equalForgotten(before.forgotten, position.forgotten)
}

/** Whether two have dropped death markers up to the same times. */
export function equalForgotten(a: Forgotten | undefined, b: Forgotten | undefined): boolean {
  return a === b || ((a?.destroyed ?? 0) === (b?.destroyed ?? 0) && (a?.expired ?? 0) === (b?.expired ?? 0))
}
