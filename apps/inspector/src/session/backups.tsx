/** For each back-up: its benchmark, and what it lacks. */
import type { BackupView, SessionView } from '@understudy/protocol/inspect'
import { bytes } from '../shape/bytes.js'
import { NodeTag } from '../parts/node-tag.js'
import { SafeText } from '../parts/safe-text.js'
import { Term } from '../parts/term.js'
import { Vector } from './vector.js'

/** Names listed of what is lacked. */
const MOST = 8

const STAGES: Readonly<Record<BackupView['stage'], { readonly text: string; readonly kind: string }>> = {
  clean: { text: 'holds everything', kind: 'good' },
  dirty: { text: 'lacks something', kind: 'warn' },
  sent: { text: 'sent, not acknowledged', kind: 'accent' },
  asked: { text: 'is asked what it holds', kind: '' },
  unknown: { text: 'benchmark not kept here', kind: '' },
}

/** The card; only a primary knows it. */
export function Backups({ view }: { readonly view: SessionView }) {
  return (
    <section class="card" aria-labelledby="backups">
      <header><h2 id="backups"><Term of="back-up">Back-ups</Term> and their <Term of="benchmark">benchmarks</Term></h2></header>
      {view.backups.length === 0
        ? <p class="body dim">{view.role === 'primary' ? 'No node backs this session up.' : 'Only the primary knows them; this replica is a back-up’s.'}</p>
        : <ul class="backups">{view.backups.toSorted((one, other) => (one.node < other.node ? -1 : 1)).map((backup) => <Backup key={backup.node} backup={backup} view={view} />)}</ul>}
    </section>
  )
}

function Backup({ backup: { node, linked, stage, benchmark, lacks }, view }: { readonly backup: BackupView; readonly view: SessionView }) {
  const { text, kind } = STAGES[stage]
  return (
    <li>
      <p class="line">
        <NodeTag name={node} />
        <span class={`pill ${kind}`}>{text}</span>
        {!linked && <span class="pill bad">not linked</span>}
      </p>
      {benchmark !== undefined && (
        <p class="line small">
          <span class="dim">generation {benchmark.generation}</span>
          <Vector vector={benchmark.attributes} {...(view.vector !== undefined && { beside: view.vector.attributes })} />
        </p>
      )}
      {lacks !== undefined && (
        <p class="small">
          lacks a delta of <strong class="number">{bytes(lacks.bytes)}</strong>{lacks.names.length > 0 && ': '}
          {lacks.names.slice(0, MOST).map((name, index) => <span key={name}>{index > 0 && ', '}<SafeText text={name} length={28} /></span>)}
          {lacks.names.length > MOST && <span class="dim"> and {lacks.names.length - MOST} more</span>}
        </p>
      )}
    </li>
  )
}
