/** The sum of the peer link's messages. Both directions carry the same ones. */

import { Messages } from '../codec/message.js'
import { ack, type Ack } from './ack.js'
import { ask, type Ask } from './ask.js'
import { benchmarks, type Benchmarks } from './benchmarks.js'
import { bye, type Bye } from './bye.js'
import { compare, type Compare } from './compare.js'
import { deltas, type Deltas } from './deltas.js'
import { handOver, type HandOver } from './hand-over.js'
import { hello, type Hello } from './hello.js'
import { logouts, type Logouts } from './logouts.js'
import { marks, type Marks } from './marks.js'
import { offer, type Offer } from './offer.js'
import { ping, type Ping } from './ping.js'
import { pong, type Pong } from './pong.js'
import { reigns, type Reigns } from './reigns.js'
import { standings, type Standings } from './standings.js'
import { want, type Want } from './want.js'
import { welcome, type Welcome } from './welcome.js'

/** Any frame of the peer link. */
export type PeerFrame =
  | Hello
  | Welcome
  | Deltas
  | Ack
  | Marks
  | Ask
  | Benchmarks
  | Compare
  | Want
  | Offer
  | Ping
  | Pong
  | Bye
  | Standings
  | HandOver
  | Logouts
  | Reigns

/** All messages of the peer link. */
export const peerMessages = new Messages<PeerFrame>([
  hello,
  welcome,
  deltas,
  ack,
  marks,
  ask,
  benchmarks,
  compare,
  want,
  offer,
  ping,
  pong,
  bye,
  standings,
  handOver,
  logouts,
  reigns,
])

/** Whether a frame's bytes depend on the link's memory, or change it. */
export function usesMemory(frame: PeerFrame): boolean {
  return frame.type === 'deltas' || frame.type === 'offer' || isGreeting(frame)
}

/** Whether a frame is a greeting: exactly the first frame of a direction is one. */
export function isGreeting(frame: PeerFrame): frame is Hello | Welcome {
  return frame.type === 'hello' || frame.type === 'welcome'
}
