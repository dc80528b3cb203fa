/** What changed in the session since somebody looks: attribute, old → new. */
import type { HistoryEntry } from '@understudy/protocol/inspect'
import { timeOfDay } from '../shape/duration.js'
import { shortText } from '../shape/plain-text.js'
import { SafeText } from '../parts/safe-text.js'
import { HiddenValue } from './hidden-value.js'
import { history, historyName, reveal } from './session-model.js'

/** Entries shown at most. */
const MOST = 50

/** The card. */
export function History() {
  return (
    <section class="card" aria-labelledby="history">
      <header>
        <h2 id="history">History</h2>
        <span class="dim small">changes since somebody looks; nodes keep no history of their own</span>
      </header>
      {history.value.length === 0
        ? <p class="empty">No change yet. The next save of this session appears here.</p>
        : <ol class="history" tabIndex={0} aria-label="Changes, newest first">{history.value.slice(0, MOST).map((entry) => <Entry key={entry.id} entry={entry} />)}</ol>}
    </section>
  )
}

function Entry({ entry: { id, at, name, before, after, frozen, epoch } }: { readonly entry: HistoryEntry }) {
  return (
    <li>
      <p class="line">
        <span class="mono dim">{timeOfDay(at)}</span>
        <strong><SafeText text={name} length={40} /></strong>
        {frozen && <span class="pill accent">frozen</span>}
        {after.type === 'none' && <span class="pill warn">removed</span>}
        {epoch !== undefined && <span class="dim small">epoch {epoch}</span>}
      </p>
      <p class="line change">
        <HiddenValue value={before} as={historyName(id, 'before')} label={`old value of ${shortText(name, 60)}`} reveal={() => void reveal(historyName(id, 'before'), name, { id, side: 'before' })} />
        <span aria-label="becomes">→</span>
        <HiddenValue value={after} as={historyName(id, 'after')} label={`new value of ${shortText(name, 60)}`} reveal={() => void reveal(historyName(id, 'after'), name, { id, side: 'after' })} />
      </p>
    </li>
  )
}
