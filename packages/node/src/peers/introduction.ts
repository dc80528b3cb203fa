/** What a node tells of its slots when it greets. */
import type { SlotMark } from '@understudy/protocol'
import type { SessionStore } from '@understudy/store'

/** Where every slot of the node stands; slots without anything are left out. */
export function slotMarks(store: SessionStore): SlotMark[] {
  const marks: SlotMark[] = []
  for (const { number, epoch, sequence, digest, sessions, reign } of store.slots) {
    if (epoch === 0 && sessions.size === 0) continue
    marks.push({ slot: number, epoch, sequence, digest, count: sessions.size, reigns: reign !== undefined, holds: true })
  }
  return marks
}
