/** The list of sessions: filter, count, rows. */
import './sessions.css'
import { signal } from '@preact/signals'
import { bytes, whole } from '../shape/bytes.js'
import { span } from '../shape/duration.js'
import { nodeNowTicking } from '../inspect/node-clock.js'
import { NodeTag } from '../parts/node-tag.js'
import { Lead } from '../parts/lead.js'
import { Rows } from '../parts/rows.js'
import { Term } from '../parts/term.js'
import { addressOf, go } from '../route.js'
import { EndAllOf } from './end-all-of.js'
import { filterOf, NO_TEXTS } from './filter-form.js'
import type { FilterTexts } from './filter-form.js'
import { failure, filter, found, list, listedAt, rowAt, showRows } from './sessions-model.js'

const texts = signal<FilterTexts>(NO_TEXTS)
const wrong = signal<string | undefined>(undefined)

const HEADS = [
  <Term key="key" of="session key">key</Term>, <Term key="primary" of="primary" />, <Term key="slot" of="slot" />, 'attributes', <Term key="frozen" of="frozen" />, 'size', 'age', 'last access', 'ends in',
]

/** The view. */
export function SessionsView() {
  return (
    <>
      <Lead name="Sessions">
        Everything that the cluster holds. Nodes never see an id: they know a session by its <Term of="session key">key</Term>, a hash. To find one by its id, press <kbd>/</kbd>.
      </Lead>
      <section class="card" aria-label="List of sessions">
        <header>
          <Count />
          {found.value !== undefined && <span class="dim small end">listed {span(nodeNowTicking() - listedAt.value)} ago</span>}
          <button class="button small" type="button" onClick={() => void list()}>List again</button>
        </header>
        <Filter />
        <List />
      </section>
    </>
  )
}

function Count() {
  const count = found.value
  if (failure.value !== undefined) return <span class="pill bad">not listed</span>
  if (count === undefined) return <span class="dim" role="status">being listed …</span>
  return (
    <span class="dim number" role="status">
      <strong>{whole(count.total)}</strong> {count.total === 1 ? 'session' : 'sessions'}
      {count.cut && ', cut at the node’s limit: narrow the filter'}
      {count.unread > 0 && `, ${whole(count.unread)} on disk alone that the filter could not judge`}
      {count.missing.length > 0 && `, without those of ${count.missing.join(', ')}, which ${count.missing.length === 1 ? 'does' : 'do'} not answer`}
    </span>
  )
}

function Filter() {
  const submit = (event: Event): void => {
    event.preventDefault()
    const asked = filterOf(texts.value)
    wrong.value = 'wrong' in asked ? asked.wrong : undefined
    if ('filter' in asked) filter.value = asked.filter
  }
  const clear = (): void => {
    texts.value = NO_TEXTS
    wrong.value = undefined
    filter.value = {}
  }
  return (
    <form class="filter" onSubmit={submit} aria-label="Filter">
      <Field name="key" label="key begins with" size={14} kind="mono" />
      <Field name="attribute" label="has attribute" size={12} />
      <Field name="user" label="user" size={10} />
      <Field name="minAge" label="older than (min)" size={5} />
      <Field name="maxAge" label="younger than (min)" size={5} />
      <Field name="minSize" label="larger than (kB)" size={5} />
      <label>
        state
        <select class="field" value={texts.value.state} onChange={({ currentTarget }) => {
          texts.value = { ...texts.value, state: currentTarget.value }
        }}>
          <option value="living">living</option>
          <option value="ended">ended</option>
          <option value="all">all</option>
        </select>
      </label>
      <span class="buttons">
        <button class="button main" type="submit">Filter</button>
        <button class="button quiet" type="button" onClick={clear}>Clear</button>
        <EndAllOf user={filter.value.user} />
      </span>
      {wrong.value !== undefined && <p class="bad wrong" role="alert">{wrong.value}</p>}
    </form>
  )
}

function Field({ name, label, size, kind = '' }: { readonly name: Exclude<keyof FilterTexts, 'state'>; readonly label: string; readonly size: number; readonly kind?: string }) {
  return (
    <label>
      {label}
      <input class={`field ${kind}`} size={size} autocomplete="off" spellcheck={false} value={texts.value[name]} onInput={({ currentTarget }) => {
        texts.value = { ...texts.value, [name]: currentTarget.value }
      }} />
    </label>
  )
}

function List() {
  if (failure.value !== undefined) return <p class="empty bad">{failure.value}</p>
  if (found.value?.total === 0) return <p class="empty">{Object.keys(filter.value).length > 0 ? 'No session fits this filter.' : 'There are no sessions yet. One appears here as soon as an app has opened and saved it; list again then.'}</p>
  return <Rows label="Sessions" class="sessions" total={found.value?.total ?? 0} heads={HEADS} cells={cells} open={open} shows={showRows} />
}

function open(index: number): void {
  const row = rowAt(index)
  if (row !== undefined) go({ view: 'session', key: row.key })
}

function cells(index: number) {
  const row = rowAt(index)
  if (row === undefined) return undefined
  const now = nodeNowTicking()
  const since = (at: number | undefined): string => (at === undefined ? '–' : span(now - at))
  return [
    <a key="key" class="mono" tabIndex={-1} href={addressOf({ view: 'session', key: row.key })}>{row.key}</a>,
    <NodeTag key="node" name={row.node} />,
    <span key="slot" class="number">{row.slot}</span>,
    <span key="attributes" class="number">{row.attributes ?? '–'}</span>,
    <span key="frozen" class="number">{row.frozen ?? '–'}</span>,
    <span key="size" class="number">{row.bytes === undefined ? '–' : bytes(row.bytes)}</span>,
    <span key="age" class="number">{since(row.createdAt)}</span>,
    <span key="access" class="number">{row.lastAccess === undefined ? '–' : `${span(now - row.lastAccess)} ago`}</span>,
    row.state === 'ended'
      ? <span key="end" class="pill bad">ended</span>
      : <span key="end" class="number">{row.deadline === undefined ? 'never' : span(row.deadline - now)}{row.state === 'cold' && <span class="pill"> on disk</span>}</span>,
  ]
}
