/** The replicas side by side. Equal writer and clock mean equal values, so nothing has to be revealed to compare. */
import type { ComponentChildren } from 'preact'
import type { SessionView } from '@understudy/protocol/inspect'
import { bytes } from '../shape/bytes.js'
import { shortText } from '../shape/plain-text.js'
import { NodeTag } from '../parts/node-tag.js'
import { Term } from '../parts/term.js'
import { SafeText } from '../parts/safe-text.js'
import { agreement } from './agreement.js'
import { compare, comparison } from './session-model.js'
import type { Replica } from './session-model.js'
import { Vector, writerName } from './vector.js'

/** Attributes listed at most; those that differ come first. */
const MOST = 200

/** The card; stands there once replicas were compared. */
export function Comparison() {
  const replicas = comparison.value
  if (replicas === undefined) return null
  const { differing, rows } = agreement(replicas.map(({ view }) => view))
  return (
    <section class="card" aria-labelledby="comparison">
      <header>
        <h2 id="comparison">Replicas side by side</h2>
        {differing === 0 ? <span class="pill good">all attributes equal</span> : <span class="pill warn">{differing} {differing === 1 ? 'attribute differs' : 'attributes differ'}</span>}
        <span class="end controls">
          <button class="button small" type="button" onClick={() => void compare()}>Compare again</button>
          <button class="button quiet small" type="button" aria-label="Close the comparison" onClick={() => {
            comparison.value = undefined
          }}>✕</button>
        </span>
      </header>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="Replicas">
        <table class="table compare">
          <thead><tr><th scope="col"><span class="unseen">property</span></th>{replicas.map((replica) => <th key={replica.node} scope="col"><NodeTag name={replica.node} /></th>)}</tr></thead>
          <tbody>
            <Facts replicas={replicas} name="role" fact={({ role, state }) => (state === 'living' ? role : state)} />
            <Facts replicas={replicas} name={<Term of="epoch" />} fact={({ epoch }) => epoch} />
            <Facts replicas={replicas} name={<Term of="change" />} fact={({ sequence }) => sequence} />
            <Facts replicas={replicas} name={<Term of="generation" />} fact={({ generation }) => generation ?? '–'} />
            <Facts replicas={replicas} name="encoded" fact={({ size }) => (size === undefined ? '–' : bytes(size.bytes))} />
            <Facts replicas={replicas} name={<Term of="state vector" />} fact={({ vector }) => (vector === undefined ? '–' : <Vector vector={vector.attributes} {...(reference(replicas) && { beside: reference(replicas) ?? [] })} />)} />
            {rows.slice(0, MOST).map(({ name, isEqual, versions }) => (
              <tr key={name} class={isEqual ? '' : 'differs'}>
                <th scope="row"><SafeText text={name} length={40} /></th>
                {versions.map((version, index) => (
                  <td key={replicas[index]?.node} class="mono">
                    {version === undefined ? <span class="dim">–</span> : <>{isEqual ? <span class="good" aria-label="equal">=</span> : <span class="warn" aria-label="differs">≠</span>} {writerName(version.writer)}·{version.clock} <span class="dim">{version.value.type}</span></>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MOST && <p class="note dim small">{rows.length - MOST} more attributes are not listed.</p>}
    </section>
  )
}

/** The primary's state vector. */
function reference(replicas: readonly Replica[]) {
  return replicas.find(({ view }) => view?.role === 'primary')?.view?.vector?.attributes
}

function Facts({ replicas, name, fact }: { readonly replicas: readonly Replica[]; readonly name: ComponentChildren; readonly fact: (view: SessionView) => ComponentChildren }) {
  return (
    <tr>
      <th scope="row" class="dim">{name}</th>
      {replicas.map(({ node, view, message }) => <td key={node}>{view === undefined ? <span class="bad">{shortText(message ?? 'does not answer', 80)}</span> : fact(view)}</td>)}
    </tr>
  )
}
