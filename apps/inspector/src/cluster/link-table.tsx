/** The links, one row a direction: what flows from a primary to a back-up, and how far the back-up is. */
import type { LinkView } from '@understudy/protocol/inspect'
import { latest } from '../flow/flow-model.js'
import { bytes, SPACE, whole } from '../shape/bytes.js'
import { roundTrip } from '../shape/duration.js'
import { shortText } from '../shape/plain-text.js'
import { NodeTag } from '../parts/node-tag.js'
import { Term } from '../parts/term.js'
import { cluster, linkName, sendRates } from './cluster-model.js'

/** The table. */
export function LinkTable() {
  return (
    <section class="card" aria-labelledby="links">
      <header>
        <h2 id="links">Links</h2>
        <span class="dim">what primaries send to back-ups, one row a direction</span>
      </header>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="Links">
        <table class="table">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>from → to</th>
              <th scope="col" rowSpan={2}>state</th>
              <th scope="col" rowSpan={2} class="number">slots</th>
              <th scope="colgroup" colSpan={4} class="group"><Term of="lag" /> of the <Term of="back-up" /></th>
              <th scope="col" rowSpan={2} class="number"><Term of="in flight" /></th>
              <th scope="col" rowSpan={2} class="number">sent</th>
              <th scope="col" rowSpan={2} class="number"><Term of="delta">deltas</Term></th>
              <th scope="col" rowSpan={2} class="number">ping</th>
              <th scope="col" rowSpan={2}><Term of="digest">digests</Term></th>
            </tr>
            <tr>
              <th scope="col" class="number"><Term of="ack">until ack</Term></th>
              <th scope="col" class="number"><Term of="frames" /></th>
              <th scope="col" class="number"><Term of="dirty">sessions</Term></th>
              <th scope="col" class="number"><Term of="bytes behind">bytes</Term></th>
            </tr>
          </thead>
          <tbody>{cluster.value?.links.toSorted(byName).map((link) => <Row key={linkName(link)} link={link} />)}</tbody>
        </table>
      </div>
    </section>
  )
}

function byName(one: LinkView, other: LinkView): number {
  return linkName(one) < linkName(other) ? -1 : 1
}

function Row({ link }: { readonly link: LinkView }) {
  const rate = sendRates.value.get(linkName(link)) ?? 0
  return (
    <tr class={link.open ? '' : 'gone'}>
      <th scope="row"><NodeTag name={link.from} /> <span aria-label="to">→</span> <NodeTag name={link.to} /></th>
      <td>{link.open ? <Open link={link} /> : <span class="pill bad" title={shortText(link.lastError ?? '', 300)}>none</span>}</td>
      <td class="number">{link.slots}</td>
      <td class="number">{link.lagMs === undefined ? '–' : roundTrip(link.lagMs)}</td>
      <td class="number">{whole(Math.max(0, link.sent - link.acknowledged))}</td>
      <td class="number">{whole(link.behind)}</td>
      <td class="number">{bytesBehind(link)}</td>
      <td class="number">{bytes(link.inFlightBytes)}</td>
      <td class="number">{bytes(link.sentBytes)} <span class="dim">{bytes(rate)}/s</span></td>
      <td class="number">{whole(link.deltas)}</td>
      <td class="number">{link.roundTripMs === undefined ? '–' : roundTrip(link.roundTripMs)}</td>
      <td><Digests link={link} /></td>
    </tr>
  )
}

/** What is still to be acknowledged: known for what is on its way, guessed by the size of a usual delta for what waits. */
function bytesBehind({ behind, inFlightBytes }: LinkView): string {
  const guessed = behind * (latest.value?.deltaMean ?? 0)
  return guessed > inFlightBytes ? `≈${SPACE}${bytes(guessed)}` : bytes(inFlightBytes)
}

function Open({ link }: { readonly link: LinkView }) {
  if (link.sync === undefined) return <span class="pill good">open</span>
  return <span class="pill accent">sync {whole(link.sync.done)} of {whole(link.sync.total)}</span>
}

function Digests({ link: { slots, equalSlots, open } }: { readonly link: LinkView }) {
  if (slots === 0) return <span class="dim">–</span>
  if (!open || equalSlots === undefined) return <span class="dim">not known</span>
  if (equalSlots === slots) return <span class="good">equal</span>
  return <span class="dim">{equalSlots} of {slots} equal</span>
}
