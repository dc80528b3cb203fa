/** A long outage, with a client whose connection the test decides. */
import { describe, expect, test } from 'vitest'
import { checkAdapterOptions } from './adapter-options.js'
import type { Client } from './adapter-options.js'
import { AppSessions } from './app-sessions.js'
import { sliding } from './expiry.js'

/** Never answers, as clients do that wait for a connection; counts what it was asked. */
function clientInOutage(): { readonly client: Client; readonly asked: string[]; turn(connected: boolean): void } {
  const listeners = new Map<string, (() => void)[]>()
  const [asked, state]: [string[], { isConnected: boolean }] = [[], { isConnected: true }]
  const never = (what: string) => (): Promise<never> => {
    asked.push(what)
    return new Promise(() => undefined)
  }
  const client = {
    open: never('open'), find: never('find'), destroy: never('destroy'), destroyKey: never('destroyKey'),
    on: (name: string, listener: () => void) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener])
      return () => undefined
    },
    get isConnected() {
      return state.isConnected
    },
  }
  return {
    // Of a client what this test calls.
    client: client as unknown as Client,
    asked,
    turn(connected) {
      state.isConnected = connected
      for (const listener of listeners.get(connected ? 'connected' : 'disconnected') ?? []) listener()
    },
  }
}

const timeLimit = 40

describe('when no node can be reached', () => {
  test('who comes at first waits as long as may be; who comes later has an error at once, until one can be [ADP-29]', async () => {
    const { client, asked, turn } = clientInOutage()
    const sessions = new AppSessions(checkAdapterOptions({ client, timeLimit }))
    await expect(sessions.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    turn(false)
    await expect(sessions.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(asked).toEqual(['find', 'find'])
    turn(false)
    for (const call of [sessions.read('a'), sessions.change('a', [], sliding(1_000)), sessions.replace('a', new Map(), sliding(1_000)), sessions.destroy('a')]) {
      await expect(call).rejects.toMatchObject({ code: 'NOT_CONNECTED', retryable: true })
    }
    expect(asked).toEqual(['find', 'find'])
    turn(true)
    await expect(sessions.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(asked).toEqual(['find', 'find', 'find'])
  })

  test('so it is for a client that is not connected yet; of one that cannot be had the reason is told [ADP-29]', async () => {
    const connecting = new AppSessions(checkAdapterOptions({ client: new Promise<Client>(() => undefined), timeLimit }))
    await expect(connecting.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(connecting.read('a')).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    let refuse: (reason: Error) => void = () => undefined
    const refused = new AppSessions(checkAdapterOptions({ client: new Promise<Client>((_, reject) => (refuse = reject)), timeLimit }))
    await expect(refused.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    refuse(new Error('wrong token'))
    await expect(refused.read('a')).rejects.toThrow('wrong token')
  })
})
