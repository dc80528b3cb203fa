/** The nodes: what each says of itself. */
import type { ComponentChildren } from 'preact'
import type { NodeView } from '@understudy/protocol/inspect'
import { whole } from '../shape/bytes.js'
import { span } from '../shape/duration.js'
import { shortText } from '../shape/plain-text.js'
import { NodeTag } from '../parts/node-tag.js'
import { Term } from '../parts/term.js'
import { cluster } from './cluster-model.js'

const RANKS: Readonly<Record<NodeView['rank'], string>> = { first: 'promoted', share: '', last: 'drained' }

/** The table; `actions` are the buttons of a node's row. */
export function NodeTable({ actions }: { readonly actions: (node: NodeView) => ComponentChildren }) {
  return (
    <section class="card" aria-labelledby="nodes">
      <header>
        <h2 id="nodes">Nodes</h2>
        <span class="dim">what each says of itself</span>
      </header>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="Nodes">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">node</th>
              <th scope="col">state</th>
              <th scope="col" class="number"><Term of="primary" /> for</th>
              <th scope="col" class="number"><Term of="back-up" /> for</th>
              <th scope="col" class="number"><Term of="epoch" /></th>
              <th scope="col" class="number">sessions</th>
              <th scope="col" class="number">clients</th>
              <th scope="col" class="number">saves waiting</th>
              <th scope="col" class="number">up for</th>
              <th scope="col"><Term of="digest" /></th>
              <th scope="col"><span class="unseen">Actions</span></th>
            </tr>
          </thead>
          <tbody>{cluster.value?.nodes.toSorted((one, other) => (one.name < other.name ? -1 : 1)).map((node) => <Row key={node.name} node={node} actions={actions(node)} />)}</tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ node, actions }: { readonly node: NodeView; readonly actions: ComponentChildren }) {
  const { own } = node
  return (
    <tr class={node.alive ? '' : 'gone'}>
      <th scope="row"><NodeTag name={node.name} /></th>
      <td>
        <State node={node} />
        {node.role === 'backup' && <span class="pill">dedicated back-up</span>}
        {RANKS[node.rank] !== '' && <span class="pill accent">{RANKS[node.rank]}</span>}
      </td>
      <td class="number">{node.primary}</td>
      <td class="number">{node.backup}</td>
      <td class="number">{node.epoch === 0 ? '–' : node.epoch}</td>
      <td class="number">{own === undefined ? '–' : whole(own.sessions)}</td>
      <td class="number">{own?.clients ?? '–'}</td>
      <td class="number">{own?.waitingSaves ?? '–'}</td>
      <td class="number">{own === undefined ? '–' : span(own.now - own.startedAt)}</td>
      <td class="mono">{own?.digest ?? <span class="dim" title={shortText(node.why ?? '', 300)}>{shortText(node.why ?? '–', 48)}</span>}</td>
      <td class="actions">{actions}</td>
    </tr>
  )
}

function State({ node }: { readonly node: NodeView }) {
  if (!node.alive) return <span class="pill bad">gone</span>
  if (!node.heard && node.own === undefined) return <span class="pill warn">heard by others only</span>
  return node.own?.ready === false ? <span class="pill warn">getting ready</span> : <span class="pill good">alive</span>
}
