/**
 * Finds a session by its id. The id is hashed here, by the client package, and never leaves the browser: neither node nor
 * address bar nor history get to see it.
 */
import { signal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { sessionKey } from '@understudy/client'
import { warn } from '../parts/toasts.js'
import { go } from '../route.js'
import { isSessionKeyText } from './key-text.js'

const looksLikeKey = signal(false)

/** The field of the top bar. `/` leads to it. */
export function Finder() {
  const field = useRef<HTMLInputElement>(null)
  const typed = (): string => field.current?.value.trim() ?? ''
  const open = (key: string): void => {
    if (field.current !== null) field.current.value = ''
    looksLikeKey.value = false
    go({ view: 'session', key })
  }
  const find = (event: Event): void => {
    event.preventDefault()
    const id = typed()
    if (id === '') return
    try {
      open(sessionKey(id))
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form class="finder" role="search" onSubmit={find}>
      <input
        ref={field} id="find" class="field" type="text" autocomplete="off" spellcheck={false} placeholder="Find by session id: hashed here, never sent"
        aria-label="Find a session by its id; the id is hashed in the browser and never sent" aria-keyshortcuts="/"
        onInput={() => {
          looksLikeKey.value = isSessionKeyText(typed())
        }}
      />
      {looksLikeKey.value && (
        <div class="suggestion card">
          <button class="button small" type="submit">Hash it: it is an id</button>
          <button class="button small" type="button" onClick={() => open(typed())}>Open it: it is a key</button>
        </div>
      )}
    </form>
  )
}
