/** The attributes: name, type, who wrote each and in which epoch; values hidden until they are revealed. */
import type { VNode } from 'preact'
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { AttributeView, SessionView } from '@understudy/protocol/inspect'
import { whole } from '../shape/bytes.js'
import { isAdmin } from '../inspect/inspector.js'
import { shortText } from '../shape/plain-text.js'
import { SafeText } from '../parts/safe-text.js'
import { Term } from '../parts/term.js'
import { AttributeButtons } from './attribute-buttons.js'
import { editAttribute } from './editor.js'
import { HiddenValue } from './hidden-value.js'
import { reveal, revealName } from './session-model.js'
import { writerName } from './vector.js'

/** Attributes listed at first, and how many of them make a filter worth its place. */
const MOST = 200
const MANY = 12

/** The card. */
export function Attributes({ view }: { readonly view: SessionView }) {
  const row = useRows(view.key)
  const wanted = useSignal('')
  const most = useSignal(MOST)
  // By name: in the document's own order each save would move a row to the end, under the reader's hand.
  const fitting = view.attributes.filter(({ name }) => name.toLowerCase().includes(wanted.value.toLowerCase())).toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return (
    <section class="card" aria-labelledby="attributes">
      <header>
        <h2 id="attributes"><Term of="attribute">Attributes</Term></h2>
        <span class="dim number">{whole(view.attributes.length)}</span>
        <span class="end controls">
          {view.attributes.length > MANY && <input class="field" aria-label="Only attributes whose name holds" placeholder="name" value={wanted.value} onInput={({ currentTarget }) => {
            wanted.value = currentTarget.value
          }} />}
          {isAdmin.value && <button class="button small" type="button" onClick={() => editAttribute(view.key, undefined)}>Add …</button>}
        </span>
      </header>
      {!isAdmin.value && view.attributes.length > 0 && <p class="note dim small">Values are revealed to tokens of role admin only.</p>}
      {view.attributes.length === 0 && <p class="empty">This session has no attributes.</p>}
      {fitting.length > 0 && (
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Attributes">
          <table class="table attributes">
            <thead>
              <tr>
                <th scope="col">name</th>
                <th scope="col">value</th>
                <th scope="col"><Term of="epoch" />, last <Term of="writer" /></th>
                <th scope="col"><span class="unseen">Actions</span></th>
              </tr>
            </thead>
            <tbody>{fitting.slice(0, most.value).map((attribute) => row(attribute))}</tbody>
          </table>
        </div>
      )}
      {fitting.length > most.value && <button class="button quiet" type="button" onClick={() => {
        most.value = fitting.length
      }}>Show all {whole(fitting.length)}</button>}
    </section>
  )
}

/**
 * Rows by attribute, each kept as it is as long as its attribute is: of a thousand attributes a save changes one, and
 * Preact passes over what it was given before.
 */
function useRows(key: SessionView['key']): (attribute: AttributeView) => VNode {
  const kept = useRef(new Map<string, { readonly seen: string; readonly row: VNode }>())
  return (attribute) => {
    const seen = JSON.stringify(attribute)
    const known = kept.current.get(attribute.name)
    if (known?.seen === seen) return known.row
    const row = <Row key={attribute.name} attribute={attribute} sessionKey={key} />
    kept.current.set(attribute.name, { seen, row })
    return row
  }
}

function Row({ attribute, sessionKey }: { readonly attribute: AttributeView; readonly sessionKey: SessionView['key'] }) {
  const { name, value, frozen, writer, clock, epoch } = attribute
  const as = revealName(attribute)
  return (
    <tr>
      <th scope="row"><SafeText text={name} length={40} />{frozen && <span class="pill accent"><span aria-hidden="true">❄</span> <Term of="frozen" /></span>}</th>
      <td><HiddenValue value={value} as={as} label={`value of ${shortText(name, 60)}`} reveal={() => void reveal(as, name)} /></td>
      <td class="number" title={`epoch ${epoch}, writer ${writer}, clock ${clock}`}>{epoch} <span class="mono dim">{writerName(writer)}·{clock}</span></td>
      <td class="actions"><AttributeButtons sessionKey={sessionKey} attribute={attribute} /></td>
    </tr>
  )
}
