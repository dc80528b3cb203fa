/**
 * Names and values that others chose, made safe to look at. Preact escapes HTML; what is left to do is what Unicode can
 * do to a reader: marks that turn the direction of text, characters that cannot be seen, and length without end.
 */

/** Characters that change how the text around them looks, or cannot be seen: controls, bidi marks, zero width, tags. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\u{E0000}-\u{E0FFF}]|\p{Cs}/gu

/** The text with each unseen character replaced by its code point, `⟨202E⟩`. */
export function plainText(text: string): string {
  return text.replace(UNSEEN, (character) => `⟨${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
}

/** The plain text, cut after so many characters with `…`. What is cut is never looked at, however long it is. */
export function shortText(text: string, length: number): string {
  const head = text.length > length ? text.slice(0, length) : text
  return head.length < text.length ? `${plainText(head.replace(/[\uD800-\uDBFF]$/, ''))}…` : plainText(head)
}
