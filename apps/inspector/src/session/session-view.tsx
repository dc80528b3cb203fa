/** One session: who holds it, its attributes, deadlines, documents, benchmarks, history, replicas. */
import './session.css'
import type { ComponentChildren } from 'preact'
import type { SessionView as View } from '@understudy/protocol/inspect'
import { moment } from '../shape/duration.js'
import { shortText } from '../shape/plain-text.js'
import { nodeNames } from '../cluster/cluster-model.js'
import { NodeTag } from '../parts/node-tag.js'
import { Term } from '../parts/term.js'
import { Attributes } from './attributes.js'
import { Backups } from './backups.js'
import { Comparison } from './comparison.js'
import { Deadlines } from './deadlines.js'
import { Documents } from './documents.js'
import { DestroyButton } from './destroy-button.js'
import { History } from './history.js'
import { compare, failure, shown, shownNode } from './session-model.js'

/** The view of the session with this key. */
export function SessionView({ sessionKey }: { readonly sessionKey: string }) {
  const seen = shown.value
  if (failure.value !== undefined) return <Unanswered sessionKey={sessionKey} why={failure.value} />
  if (seen === undefined || seen.view.key !== sessionKey) return <p class="empty" role="status">Asking the node for the session …</p>
  const { view } = seen
  return (
    <>
      <Head view={view} />
      {view.state === 'living' && (
        <div class="session">
          <div class="column">
            <Attributes view={view} />
            <History />
          </div>
          <div class="column">
            <Deadlines />
            <Documents view={view} />
            <Backups view={view} />
          </div>
        </div>
      )}
      {view.state === 'none' && <Notice sessionKey={sessionKey} title="No session">Nothing is stored under this key {shownNode.value === undefined ? '' : `at ${shortText(shownNode.value, 40)} `}. Perhaps it has not been saved yet, or its death marker was dropped after 24 hours.</Notice>}
      {view.state === 'damaged' && <Notice sessionKey={sessionKey} title="Damaged record">{shortText(view.message ?? 'The record on this node’s disk has a broken seal. It is fetched again from a peer.', 600)}</Notice>}
      {view.state === 'ended' && <Ended view={view} />}
      <Comparison />
    </>
  )
}

function Head({ view }: { readonly view: View }) {
  return (
    <header class="card head">
      <div>
        <p class="dim small"><Term of="session key">session key</Term></p>
        <h1 class="mono">{view.key}</h1>
      </div>
      <dl>
        <Fact name="state">{view.state === 'living' ? <span class="pill good">living</span> : <span class="pill bad">{view.state}</span>}</Fact>
        <Fact name={<Term of="primary" />}>{view.primary === undefined ? 'none' : <NodeTag name={view.primary} />}</Fact>
        <Fact name={<Term of="slot" />}>{view.slot}</Fact>
        <Fact name={<Term of="epoch" />}>{view.epoch}</Fact>
        <Fact name={<Term of="change" />}>{view.sequence} <span class="dim">of {view.slotSequence}</span></Fact>
        <Fact name="as held by"><Holder primary={view.primary} /></Fact>
      </dl>
      <div class="buttons">
        <button class="button" type="button" onClick={() => void compare()}>Compare replicas</button>
        {view.state === 'living' && <DestroyButton sessionKey={view.key} />}
      </div>
    </header>
  )
}

/** Chooses whose replica is shown. */
function Holder({ primary }: { readonly primary?: string | undefined }) {
  return (
    <select class="field" aria-label="Whose replica is shown" value={shownNode.value ?? ''} onChange={({ currentTarget }) => {
      shownNode.value = currentTarget.value === '' ? undefined : currentTarget.value
    }}>
      <option value="">the primary{primary !== undefined && ` (${shortText(primary, 24)})`}</option>
      {nodeNames.value.map((name) => <option key={name} value={name}>{shortText(name, 24)}</option>)}
    </select>
  )
}

/** A node is silent: it is asked again, and another one may hold the session, too. */
function Unanswered({ sessionKey, why }: { readonly sessionKey: string; readonly why: string }) {
  return (
    <Notice sessionKey={sessionKey} title="Nothing to show">
      {shortText(why, 600)}. It is asked again and again; meanwhile look at the session as held by <Holder />
    </Notice>
  )
}

function Fact({ name, children }: { readonly name: ComponentChildren; readonly children: ComponentChildren }) {
  return <div><dt class="dim small">{name}</dt><dd class="number">{children}</dd></div>
}

function Ended({ view: { death } }: { readonly view: View }) {
  return (
    <section class="card ended" role="status">
      <p class="sign" aria-hidden="true">✝</p>
      <h2>This session {death?.reason === 'expired' ? 'has expired' : 'was destroyed'}</h2>
      {death !== undefined && <p class="number">{moment(death.at)}</p>}
      <p class="dim">A <Term of="death marker" /> stands in its place on every node. Whatever still returns of it, a request in flight or a node that was away, is refused.</p>
    </section>
  )
}

function Notice({ title, sessionKey, children }: { readonly title: string; readonly sessionKey: string; readonly children: ComponentChildren }) {
  return (
    <section class="card ended" role="status">
      <h2>{title}</h2>
      <p class="mono small">{sessionKey}</p>
      <p class="dim">{children}</p>
    </section>
  )
}
