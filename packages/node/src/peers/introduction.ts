/** What a node tells of itself and of its slots when it greets. */
import type { SlotMark } from '@understudy/protocol'
import type { SessionStore } from '@understudy/store'
import { markOf } from '../sessions/replicated-sessions.js'

/** Numbers that a process may have among those of its life. */
const PROCESSES = 2 ** 20

/**
 * The incarnation that a node greets with: whoever meets it again knows whether it is the same process, and whether it
 * holds, at least, what it held when it was last met.
 *
 * @param life of the data: in memory that of the process, on disk that of the disk
 * @param process drawn once a process, less than 2^20
 */
export function incarnationOf(life: number, process: number): number {
  return life * PROCESSES + process
}

/** The life in an incarnation. */
export function lifeOf(incarnation: number): number {
  return Math.floor(incarnation / PROCESSES)
}

/** Where every slot of the node stands; slots without anything are left out. */
export function slotMarks(store: SessionStore): SlotMark[] {
  const marks: SlotMark[] = []
  for (const slot of store.slots) {
    if (slot.epoch === 0 && slot.size === 0) continue
    marks.push(markOf(slot))
  }
  return marks
}
