/** `welcome`: the greeting of the side that accepted, its first frame. */

import type { Message } from '../codec/message.js'
import { greeting, type Greeting } from './greeting.js'

/** Who greets, what it speaks and what it holds. */
export type Welcome = { readonly type: 'welcome' } & Greeting

/** Reads and writes `welcome`. */
export const welcome: Message<Welcome> = {
  tag: 2,
  type: 'welcome',
  write: (writer, frame) => greeting.write(writer, frame),
  read: (reader) => ({ type: 'welcome', ...greeting.read(reader) }),
}
