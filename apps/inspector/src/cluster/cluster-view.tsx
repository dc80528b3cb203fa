/** The cluster: its picture, its links, its nodes, and what happened. */
import './cluster.css'
import { Actions } from './node-actions.js'
import { cluster } from './cluster-model.js'
import { Events } from './events.js'
import { LinkTable } from './link-table.js'
import { NodeTable } from './node-table.js'
import { Picture } from './picture.js'
import { Steps } from './steps.js'

/** The view. */
export function ClusterView() {
  if (cluster.value === undefined) return <p class="empty">Waiting for the node’s picture of the cluster …</p>
  return (
    <>
      <h1 class="unseen">Cluster</h1>
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
