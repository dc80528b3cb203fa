/** Attributes as people see them: whole, however many entries of the document hold them. */
import { encodeValue } from '@understudy/document'
import { attributeOf } from '@understudy/session'
import type { Session } from '@understudy/session'

/** The encoded value of an attribute, with all its parts; undefined where there is none, and for the name of a part. */
export function wholeValue(session: Session, name: string): Uint8Array | undefined {
  const value = attributeOf(name) === name ? session.get(name) : undefined
  return value === undefined ? undefined : encodeValue(value)
}

/** The attributes that entries belong to, each once: what a set holds is in the names of its entries, and is not told. */
export function wholeNames(entries: readonly string[]): readonly string[] {
  return [...new Set(entries.map((name) => attributeOf(name)))]
}
