/** What the session's Yjs documents are and take: state vector, sizes, structs, generation. */
import type { SessionView, VectorView } from '@understudy/protocol/inspect'
import { bytes, significant, whole } from '../shape/bytes.js'
import { Term } from '../parts/term.js'
import { Vector } from './vector.js'

const NONE: VectorView = []

/** The card. */
export function Documents({ view: { size, vector, generation } }: { readonly view: SessionView }) {
  if (size === undefined) return null
  const factor = size.valueBytes > 0 ? size.bytes / size.valueBytes : undefined
  return (
    <section class="card" aria-labelledby="documents">
      <header><h2 id="documents">Document</h2></header>
      <div class="body documents">
        <div class="sizes">
          <Bar name="encoded" value={size.bytes} most={size.bytes} />
          <Bar name="a fresh one" value={size.freshBytes} most={size.bytes} />
          <Bar name="its values" value={size.valueBytes} most={size.bytes} />
        </div>
        <dl class="pairs">
          <div><dt>encoded per byte of value</dt><dd class="number">{factor === undefined ? '–' : `${significant(factor)} ×`}</dd></div>
          <div><dt>attributes, <Term of="frozen" />, base</dt><dd class="number">{bytes(size.attributeBytes)}, {bytes(size.frozenBytes)}, {bytes(size.baseBytes)}</dd></div>
          <div><dt><Term of="struct">structs</Term></dt><dd class="number">{whole(size.structs)}</dd></div>
          <div><dt><Term of="generation" /></dt><dd class="number">{generation ?? '–'}</dd></div>
          <div><dt><Term of="state vector" /></dt><dd><Vector vector={vector?.attributes ?? NONE} /></dd></div>
          {(vector?.frozen.length ?? 0) > 0 && <div><dt>of frozen ones</dt><dd><Vector vector={vector?.frozen ?? NONE} /></dd></div>}
        </dl>
      </div>
    </section>
  )
}

function Bar({ name, value, most }: { readonly name: string; readonly value: number; readonly most: number }) {
  return (
    <div class="sizebar">
      <span class="dim small">{name}</span>
      <span class="bar" aria-hidden="true"><span style={{ width: `${most === 0 ? 0 : Math.min(100, (100 * value) / most)}%` }} /></span>
      <span class="number">{bytes(value)}</span>
    </div>
  )
}
