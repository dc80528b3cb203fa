/** ⑤ and ⑧ of all links, for who watches deltas go by. While nobody does, there is no listener and nothing is made for it. */
import type { Deltas } from '@understudy/protocol'

/** Hears of deltas on their way to back-ups. */
export interface LinkListener {
  /** ⑤ a frame of deltas goes out to this peer. */
  sent(peer: string, frame: Deltas): void
  /** ⑧ the peer acknowledged a frame, so many ms after it went out. */
  acknowledged(peer: string, number: number, ms: number): void
}

/** The place for one listener, shared by all links of a node. */
export interface LinkTap {
  listener: LinkListener | undefined
}
