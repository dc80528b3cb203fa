/** Where the link stands, in the corner; and, while it is away, what that means. */
import { enter, linkState, welcome } from './inspect/inspector.js'
import { storedToken } from './inspect/token-storage.js'
import { NodeTag } from './parts/node-tag.js'
import { shortText } from './shape/plain-text.js'

/** The corner. */
export function LinkPill() {
  const state = linkState.value
  const node = welcome.value
  return (
    <div class="linkstate" role="status">
      {state.phase === 'open' && (
        <>
          <span class="pill good"><span class="dot" aria-hidden="true" />live</span>
          <span class="dim">through <NodeTag name={state.welcome.node} /></span>
          <span class="pill" title={`token: ${shortText(state.welcome.token, 60)}`}>{state.welcome.role}</span>
          {storedToken() !== undefined && <button class="button quiet small" type="button" onClick={() => enter(undefined)}>Leave</button>}
        </>
      )}
      {(state.phase === 'connecting' || state.phase === 'resting') && <span class="pill warn"><span class="dot beat" aria-hidden="true" />{node === undefined ? 'connecting' : 'reconnecting'}</span>}
      {state.phase === 'refused' && <span class="pill bad"><span class="dot" aria-hidden="true" />not let in</span>}
    </div>
  )
}

/** What it means that the link is away. */
export function LinkBanner() {
  const state = linkState.value
  if (state.phase !== 'resting' && !(state.phase === 'connecting' && state.attempt > 0)) return null
  return (
    <div class="banner" role="status">
      <span>{welcome.value === undefined ? 'The node cannot be reached; the inspector keeps trying.' : 'The link to the node is gone; what is shown is what was last known. The inspector keeps trying.'}</span>
      {state.phase === 'resting' && <span class="small">{shortText(state.why, 200)}</span>}
      <button class="button small" type="button" onClick={() => enter(storedToken())}>Try now</button>
    </div>
  )
}
