/** The frame: name, views, search, where the link stands; and the view of the address. */
import { useEffect } from 'preact/hooks'
import { ClusterView } from './cluster/cluster-view.js'
import { DemoView } from './demo/demo-view.js'
import { FlowView } from './flow/flow-view.js'
import { Gate } from './gate.js'
import { LinkBanner, LinkPill } from './link-pill.js'
import { isLinked, linkState, welcome } from './inspect/inspector.js'
import { Confirmation } from './parts/confirmation.js'
import { Toasts } from './parts/toasts.js'
import { addressOf, route } from './route.js'
import type { Route } from './route.js'
import { Editor } from './session/editor.js'
import { SessionView } from './session/session-view.js'
import { Finder } from './sessions/finder.js'
import { SessionsView } from './sessions/sessions-view.js'

const VIEWS = [
  { view: 'cluster', name: 'Cluster' },
  { view: 'flow', name: 'Flow' },
  { view: 'sessions', name: 'Sessions' },
] as const

/** The page. */
export function App() {
  useEffect(() => {
    const find = (event: KeyboardEvent): void => {
      if (event.key !== '/' || !(event.target instanceof HTMLElement) || event.target.closest('input, select, textarea') !== null) return
      event.preventDefault()
      document.querySelector<HTMLInputElement>('#find')?.focus()
    }
    addEventListener('keydown', find)
    return () => removeEventListener('keydown', find)
  }, [])
  const isRefused = linkState.value.phase === 'refused'
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault()
        document.querySelector<HTMLElement>('#main')?.focus()
      }}>To the content</a>
      <header class="top">
        <a class="brand" href="#/cluster">
          <svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="var(--accent)" /><circle cx="12" cy="13" r="6" fill="var(--surface)" /><circle cx="20" cy="19" r="6" fill="var(--surface)" fill-opacity=".55" /></svg>
          Understudy
        </a>
        {!isRefused && <Views />}
        {!isRefused && <Finder />}
        <LinkPill />
      </header>
      <LinkBanner />
      <main id="main" tabIndex={-1} class={isLinked.value || isRefused || welcome.value === undefined ? '' : 'stale'}>{isRefused ? <Gate /> : <View />}</main>
      <Confirmation />
      <Editor />
      <Toasts />
    </>
  )
}

function Views() {
  const now: Route['view'] = route.value.view === 'session' ? 'sessions' : route.value.view
  const views = welcome.value?.demo === true ? [...VIEWS, { view: 'demo', name: 'Demo' } as const] : VIEWS
  return (
    <nav class="views" aria-label="Views">
      {views.map(({ view, name }) => <a key={view} href={addressOf({ view })} aria-current={view === now ? 'page' : undefined}>{name}</a>)}
    </nav>
  )
}

function View() {
  const at = route.value
  switch (at.view) {
    case 'cluster':
      return <ClusterView />
    case 'flow':
      return <FlowView />
    case 'sessions':
      return <SessionsView />
    case 'session':
      return <SessionView key={at.key} sessionKey={at.key} />
    case 'demo':
      return <DemoView />
  }
}
