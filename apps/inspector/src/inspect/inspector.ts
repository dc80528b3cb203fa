/**
 * The one link of this page, as signals: where it stands, who the node is, what this token may do. Views ask through it,
 * and models register for the frames that they keep.
 */
import { computed, effect, signal } from '@preact/signals'
import { openSocket, realEnvironment } from '@understudy/client'
import type { InspectDownFrame, InspectWelcome } from '@understudy/protocol/inspect'
import { InspectLink } from './link.js'
import type { LinkState } from './link-state.js'
import { heardTime } from './node-clock.js'
import type { Answer, Asked, RequestType } from './requests.js'
import { storedToken, storeToken } from './token-storage.js'

/** What a frame that was not asked for is told to. */
type Hearer<T extends InspectDownFrame['type']> = (frame: Extract<InspectDownFrame, { readonly type: T }>) => void

const hearers = new Map<string, (frame: InspectDownFrame) => void>()

/** The state of the link. */
export const linkState = signal<LinkState>({ phase: 'connecting', attempt: 0 })

/** What the node said last when it took us in; stays while the link is away. */
export const welcome = signal<InspectWelcome | undefined>(undefined)

/** Whether what is shown is the present. */
export const isLinked = computed(() => linkState.value.phase === 'open')

/** Whether this token may act and see values. */
export const isAdmin = computed(() => welcome.value?.role === 'admin')

const link = new InspectLink(realEnvironment(openSocket), address(), {
  moved(state) {
    if (state.phase === 'open') {
      heardTime(state.welcome.time)
      welcome.value = state.welcome
    }
    linkState.value = state
  },
  received: (frame) => hearers.get(frame.type)?.(frame),
})

/** Starts, with the token of this tab if it has one. */
export function start(): void {
  link.open(storedToken())
}

/** Connects with another token, and keeps it for this tab; undefined: without one. */
export function enter(token: string | undefined): void {
  storeToken(token)
  link.open(token)
}

/** Asks the node. Rejects with RequestFailure. */
export function askNode<T extends RequestType>(asked: Asked<T>): Promise<Answer<T>> {
  return link.ask(asked)
}

/** Hears frames of a type; one hearer each. */
export function hear<T extends InspectDownFrame['type']>(type: T, hearer: Hearer<T>): void {
  hearers.set(type, hearer as (frame: InspectDownFrame) => void)
}

/** Runs something whenever the link has opened: what is looked at has to be asked for again. */
export function whenLinked(run: () => void): void {
  effect(() => {
    if (isLinked.value) run()
  })
}

/** `/inspect` of the host that this page came from, also below a proxy's prefix. */
function address(): string {
  const url = new URL('../inspect', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.hash = ''
  return url.href
}
