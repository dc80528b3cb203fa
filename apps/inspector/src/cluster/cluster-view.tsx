/** The cluster: its picture, its links, its nodes, and what happened. */
import './cluster.css'
import { Actions } from './node-actions.js'
import { cluster } from './cluster-model.js'
import { Events } from './events.js'
import { LinkTable } from './link-table.js'
import { NodeTable } from './node-table.js'
import { Picture } from './picture.js'
import { Lead } from '../parts/lead.js'
import { Term } from '../parts/term.js'
import { Steps } from '../steps/steps.js'

/** The view. */
export function ClusterView() {
  if (cluster.value === undefined) return <p class="empty">Waiting for the node’s picture of the cluster …</p>
  return (
    <>
      <Lead name="Cluster">
        Every session is written by one node, the <Term of="primary" /> of its <Term of="slot" />, which sends what changed to the <Term of="back-up">back-ups</Term> as small <Term of="delta">deltas</Term>. When a node is lost, they take over.
      </Lead>
      <Steps />
      <div class="cluster">
        <Picture />
        <Events />
      </div>
      <NodeTable actions={(node) => <Actions node={node} />} />
      <LinkTable />
    </>
  )
}
