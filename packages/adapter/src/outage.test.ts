/** A long outage, with a client whose connection the test decides. */
import { UnderstudyError } from '@understudy/client'
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

/** The code of the error that a call ends with. */
function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(() => undefined, (error: unknown) => (error instanceof UnderstudyError ? error.code : error))
}

describe('when no node can be reached', () => {
  test('who comes at first waits as long as may be; who comes later has an error at once, until one can be [ADP-29]', async () => {
    const { client, asked, turn } = clientInOutage()
    const sessions = new AppSessions(checkAdapterOptions({ client, timeLimit }))
    await expect(sessions.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    turn(false)
    await expect(sessions.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(asked).toEqual(['find', 'find'])
    turn(false)
    await expect.poll(() => codeOf(sessions.read('a'))).toBe('NOT_CONNECTED')
    const before = asked.length
    for (const call of [sessions.read('a'), sessions.change('a', [], sliding(1_000)), sessions.replace('a', new Map(), sliding(1_000)), sessions.destroy('a')]) {
      await expect(call).rejects.toMatchObject({ code: 'NOT_CONNECTED', retryable: true })
    }
    expect(asked).toHaveLength(before)
    turn(true)
    await expect(sessions.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(asked).toHaveLength(before + 1)
  })

  test('so it is for a client that is not connected yet; of one that cannot be had the reason is told [ADP-29]', async () => {
    const connecting = new AppSessions(checkAdapterOptions({ client: new Promise<Client>(() => undefined), timeLimit }))
    await expect(connecting.read('a')).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect.poll(() => codeOf(connecting.read('a'))).toBe('NOT_CONNECTED')
    let refuse: (reason: Error) => void = () => undefined
    const client = new Promise<Client>((_, reject) => (refuse = reject))
    const refused = new AppSessions(checkAdapterOptions({ client, timeLimit }))
    await expect.poll(() => codeOf(refused.read('a'))).toBe('NOT_CONNECTED')
    refuse(new UnderstudyError('UNAUTHORIZED'))
    await expect.poll(() => codeOf(refused.read('a'))).toBe('UNAUTHORIZED')
  })
})
