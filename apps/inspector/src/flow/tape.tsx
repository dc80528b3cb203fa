/** The tape: deltas as they pass, ⑤ to ⑧, each beside the size of the whole session. */
import { useEffect } from 'preact/hooks'
import { bytes, whole } from '../shape/bytes.js'
import { roundTrip, timeOfDay } from '../shape/duration.js'
import { NodeTag } from '../parts/node-tag.js'
import { Rows } from '../parts/rows.js'
import { SafeText } from '../parts/safe-text.js'
import { Term } from '../parts/term.js'
import { nodeNames } from '../cluster/cluster-model.js'
import { addressOf, go } from '../route.js'
import { filterTape, isPaused, skipped, tape, tapeFilter } from './flow-model.js'
import type { TapeEntry } from './flow-model.js'

const HEADS = ['time (UTC)', <Term key="key" of="session key">session</Term>, '⑤ link', 'attributes changed', <span key="size">④ <Term of="delta" /> of the whole session</span>, <span key="ack">⑧ <Term of="ack" /> after</span>, 'kind and mode']

const KINDS: Readonly<Record<TapeEntry['kind'], string>> = { change: '', whole: 'pill accent', touch: 'dim', end: 'pill bad' }

/** The tape and its controls. */
export function Tape() {
  useEffect(() => {
    const pause = (event: KeyboardEvent): void => {
      if (event.key !== ' ' || !(event.target instanceof HTMLElement) || event.target.closest('input, select, button, a, [role=grid]') !== null) return
      event.preventDefault()
      isPaused.value = !isPaused.value
    }
    addEventListener('keydown', pause)
    return () => removeEventListener('keydown', pause)
  }, [])
  return (
    <section class="card" aria-labelledby="tape">
      <header>
        <h2 id="tape">Live tape</h2>
        <span class="dim small number">{whole(tape.value.length)} shown, {whole(skipped.value)} more passed: the tape is a sample</span>
        <Controls />
      </header>
      {tape.value.length === 0
        ? <p class="empty">{isPaused.value ? 'Paused.' : 'No delta passes at the moment that fits the filter. Every save of a session with back-ups makes one.'}</p>
        : <Rows label="Deltas, newest first" class="tape" total={tape.value.length} heads={HEADS} cells={cells} open={open} />}
    </section>
  )
}

function Controls() {
  const { keyPrefix, attribute, node } = tapeFilter.value
  return (
    <div class="end controls">
      <input class="field mono" aria-label="Only sessions whose key begins with" placeholder="key begins with" value={keyPrefix} maxLength={32} size={16}
        onInput={({ currentTarget }) => {
          const typed = currentTarget.value.trim().toLowerCase()
          if (/^[0-9a-f]{0,32}$/.test(typed)) filterTape({ keyPrefix: typed })
          else currentTarget.value = keyPrefix
        }}
      />
      <input class="field" aria-label="Only deltas with this attribute" placeholder="attribute" value={attribute} maxLength={256} size={12} onChange={({ currentTarget }) => filterTape({ attribute: currentTarget.value })} />
      <select class="field" aria-label="Only deltas sent by this node" value={node} onChange={({ currentTarget }) => filterTape({ node: currentTarget.value })}>
        <option value="">all nodes</option>
        {nodeNames.value.map((name) => <option key={name} value={name}>{name}</option>)}
      </select>
      <button class="button" type="button" aria-pressed={isPaused.value} onClick={() => {
        isPaused.value = !isPaused.value
      }}>{isPaused.value ? '▶ Resume' : '❚❚ Pause'}</button>
    </div>
  )
}

function open(index: number): void {
  const entry = tape.value[index]
  if (entry !== undefined) go({ view: 'session', key: entry.key })
}

function cells(index: number) {
  const entry = tape.value[index]
  if (entry === undefined) return undefined
  return [
    <span key="at" class="mono dim">{timeOfDay(entry.at)}</span>,
    <a key="key" class="mono" tabIndex={-1} href={addressOf({ view: 'session', key: entry.key })}>{entry.key.slice(0, 10)}…</a>,
    <span key="link"><NodeTag name={entry.from} /> → <NodeTag name={entry.to} /></span>,
    <Names key="names" entry={entry} />,
    <Size key="size" entry={entry} />,
    <span key="ack" class="number">{entry.ms === undefined ? <span class="dim">…</span> : roundTrip(entry.ms)}</span>,
    <span key="kind"><span class={KINDS[entry.kind]}>{entry.kind}</span> <span class="dim">{entry.mode}</span></span>,
  ]
}

/** What a delta without attributes tells. */
const TELLS: Readonly<Record<TapeEntry['kind'], string>> = { change: 'the document alone', whole: 'a new session, empty yet', touch: 'last access', end: 'the session ended' }

function Names({ entry: { names, more, kind } }: { readonly entry: TapeEntry }) {
  if (names.length === 0) return <span class="dim">{TELLS[kind]}</span>
  return (
    <>
      {names.map((name) => <SafeText key={name} class="name" text={name} length={28} />)}
      {more > 0 && <span class="dim"> and {more} more</span>}
    </>
  )
}

function Size({ entry: { bytes: sent, whole: all } }: { readonly entry: TapeEntry }) {
  if (sent === 0) return <span class="dim">–</span>
  const share = all > 0 ? Math.min(1, sent / all) : 0
  return (
    <span class="size" title={`${bytes(sent)} sent, the whole session is ${bytes(all)}`}>
      <span class="bar" aria-hidden="true"><span style={{ width: `${Math.max(2, share * 100)}%` }} /></span>
      <span class="number">{bytes(sent)} <span class="dim">of {bytes(all)}</span></span>
    </span>
  )
}
