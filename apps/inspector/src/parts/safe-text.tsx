/** Text of others: names of attributes, keys, users. Cut, its unseen characters shown, its direction kept to itself. */
import { plainText, shortText } from '../shape/plain-text.js'

/** Characters of a title at most: enough to tell two apart. */
const TITLE = 300

/** Shows the text; what is cut stands in the title. */
export function SafeText({ text, length = 60, class: kind = '' }: { readonly text: string; readonly length?: number; readonly class?: string }) {
  const isCut = text.length > length
  return (
    <bdi class={`safe ${kind}`} title={isCut ? shortText(text, TITLE) : undefined}>
      {isCut ? shortText(text, length) : plainText(text)}
    </bdi>
  )
}
