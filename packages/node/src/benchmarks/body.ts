/** The body of an HTTP request or answer, never more than a body may have. */
import { BODY_LIMIT, MessageFault } from './messages.js'

/**
 * Reads to the end.
 *
 * @param chunks the body as it arrives
 * @throws MessageFault as soon as it is too long; whatever ends the stream early
 */
export async function bodyOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > BODY_LIMIT) throw new MessageFault(`the body has more than ${BODY_LIMIT} bytes`)
    parts.push(chunk)
  }
  return Buffer.concat(parts).toString('utf8')
}
