/** `hello`: the greeting of the side that dialled, its first frame. */

import type { Message } from '../codec/message.js'
import { greeting, type Greeting } from './greeting.js'

/** Who greets, what it speaks and what it holds. */
export type Hello = { readonly type: 'hello' } & Greeting

/** Reads and writes `hello`. */
export const hello: Message<Hello> = {
  tag: 1,
  type: 'hello',
  write: (writer, frame) => greeting.write(writer, frame),
  read: (reader) => ({ type: 'hello', ...greeting.read(reader) }),
}
