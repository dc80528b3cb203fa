/** A primary's side over toy sessions, and hands to drive it. */
import type { Deltas, PeerFrame, SlotMark } from '@understudy/protocol'
import { PrimarySide } from '../src/primary-side.js'
import type { PrimarySideOptions } from '../src/primary-side-options.js'
import { ToySessions, key } from './toy-sessions.js'
import type { ToySession } from './toy-sessions.js'

/** The primary reigns over slots 0 and 1 in this epoch. */
export const EPOCH = 3
/** Incarnation of the back-up's process. */
export const PROCESS = 42

/** A primary with one back-up. */
export class OneLink {
  readonly sessions = new ToySessions()
  readonly side: PrimarySide<ToySession>

  constructor(options: Partial<PrimarySideOptions> = {}) {
    for (const slot of [0, 1]) {
      this.sessions.epochs.set(slot, EPOCH)
      this.sessions.sequences.set(slot, 1)
    }
    this.side = new PrimarySide(this.sessions, { keeping: 'retained', window: 1_000_000, retainedLimit: 1_000, serves: (slot) => slot < 2, ...options })
    this.sessions.changed = (session, before) => this.side.mark(session, before)
  }

  /** The back-up connects, at these marks; the announcement of reigns is taken off. */
  connect(marks: readonly SlotMark[] = [], incarnation = PROCESS): void {
    this.side.connected(incarnation, marks)
    this.side.next(0)
  }

  /** A write, of which the side hears. */
  write(number: number, slot = 0): ToySession {
    return this.sessions.write(key(number, slot))
  }

  /** All frames that go out now. */
  frames(): PeerFrame[] {
    const frames: PeerFrame[] = []
    for (let frame = this.side.next(0); frame !== undefined; frame = this.side.next(0)) frames.push(frame)
    return frames
  }

  /** Sends all there is and takes it for acknowledged. Gives the number of deltas. */
  sync(): number {
    let deltas = 0
    for (const frame of this.frames()) {
      if (frame.type !== 'deltas') continue
      deltas += frame.entries.length
      this.side.acknowledge(frame.number)
    }
    return deltas
  }

  /** The one frame of deltas that goes out now. */
  deltas(): Deltas {
    const frames = this.frames()
    const [frame] = frames
    if (frames.length !== 1 || frame?.type !== 'deltas') throw new Error(`not one frame of deltas: ${frames.map(({ type }) => type).join()}`)
    return frame
  }

  /** The slot's mark of a back-up that holds what the primary holds now. */
  equalMark(slot = 0, sequence = this.sessions.slot(slot).sequence): SlotMark {
    return { ...this.sessions.mark(slot), sequence }
  }
}
