/** Messages: a codec with a tag and a type, and the sum of several into the frames of one direction. */

import type { LinkReader } from '../link/link-reader.js'
import type { LinkWriter } from '../link/link-writer.js'
import { ProtocolError, unencodable } from '../protocol-error.js'
import type { Codec } from './codec.js'
import { record, type Fields, type RecordOf } from './record.js'

/** What all frames have. */
export interface Frame {
  readonly type: string
}

/** The codec of one type of frame. `tag` is the frame's first byte; it is written and read by `Messages`. */
export interface Message<F extends Frame> extends Codec<F> {
  readonly tag: number
  readonly type: string
}

/** The frame that a message's fields make. */
export type FrameOf<N extends string, F> = { readonly type: N } & RecordOf<F>

/** A message that is just a record. */
export function message<const N extends string, F extends Fields>(
  tag: number,
  type: N,
  fields: F,
): Message<FrameOf<N, F>> {
  const body = record(fields)
  return {
    tag,
    type,
    write: (writer, frame) => body.write(writer, frame),
    read: (reader) => ({ type, ...body.read(reader) }),
  }
}

/** All messages of one direction: writes any of its frames, and reads whichever comes. */
export class Messages<F extends Frame> {
  readonly #byType = new Map<string, Message<F>>()
  readonly #byTag = new Map<number, Message<F>>()

  /** Tags and types are unique among `messages`. */
  constructor(messages: readonly Message<F>[]) {
    for (const each of messages) {
      this.#byType.set(each.type, each)
      this.#byTag.set(each.tag, each)
    }
  }

  /** Writes the tag and the frame. */
  write(writer: LinkWriter, frame: F): void {
    const found = this.#byType.get(frame.type)
    if (found === undefined) throw unencodable(`a frame of type ${JSON.stringify(frame.type)}`)
    writer.uint8(found.tag)
    found.write(writer, frame)
  }

  /** Reads a whole frame: refuses trailing bytes. */
  read(reader: LinkReader): F {
    const frame = this.readNext(reader)
    reader.end()
    return frame
  }

  /** Reads one of several frames. */
  readNext(reader: LinkReader): F {
    const tag = reader.uint8()
    const found = this.#byTag.get(tag)
    if (found === undefined) {
      throw new ProtocolError('FRAME_UNKNOWN', `No frame has the tag ${tag}. Upgrade this side, or drop the link.`)
    }
    return found.read(reader)
  }
}
