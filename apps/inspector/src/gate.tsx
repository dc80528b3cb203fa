/** Why the node does not let us in, and what to do about it. */
import { useRef } from 'preact/hooks'
import { enter, linkState } from './inspect/inspector.js'
import { isAboutToken } from './inspect/link-state.js'
import { storedToken } from './inspect/token-storage.js'
import { shortText } from './shape/plain-text.js'

interface Advice {
  readonly title: string
  readonly text: string
}

const ADVICE: Readonly<Record<string, Advice>> = {
  TOKEN_MISSING: { title: 'This node needs a token', text: 'Enter one of its tokens. Role read shows everything but values; role admin also acts and reveals.' },
  TOKEN_UNKNOWN: { title: 'This token is not known here', text: 'It may be of another cluster, or no longer be in the node’s token file. Enter another one.' },
  TOKEN_EXPIRED: { title: 'This token has expired', text: 'Have a new one made with “understudy token”, and enter it here.' },
  ROLE_TOO_LOW: { title: 'This token’s role does not suffice', text: 'The inspector needs a token of role read at least.' },
  VERSION_MISMATCH: { title: 'This node speaks another version', text: 'Page and node have no version of the inspect link in common. Load the page from this very node again, or upgrade the older one.' },
}

/** The gate. */
export function Gate() {
  const field = useRef<HTMLInputElement>(null)
  const state = linkState.value
  if (state.phase !== 'refused') return null
  const { title, text } = ADVICE[state.code] ?? { title: 'The node does not let the inspector in', text: 'Its reason:' }
  const submit = (event: Event): void => {
    event.preventDefault()
    const token = field.current?.value.trim() ?? ''
    if (token !== '') enter(token)
  }
  return (
    <section class="card gate" aria-labelledby="gate">
      <h1 id="gate">{title}</h1>
      <p>{text}</p>
      <p class="dim small"><span class="mono">{state.code}</span>: {shortText(state.message, 300)}</p>
      {isAboutToken(state.code)
        ? (
          <form onSubmit={submit}>
            <label>token <input ref={field} class="field mono" type="password" autocomplete="off" spellcheck={false} required /></label>
            <p class="dim small">It is kept in this tab until you close it, and never put into an address.</p>
            <button class="button main" type="submit">Enter</button>
          </form>
        )
        : <button class="button main" type="button" onClick={() => location.reload()}>Load the page again</button>}
      {storedToken() !== undefined && <button class="button quiet" type="button" onClick={() => enter(undefined)}>Forget the token</button>}
    </section>
  )
}
