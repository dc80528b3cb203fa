/**
 * A driver for unstorage: what Nuxt, Nitro and Astro keep sessions in. Each item is a session with one attribute.
 *
 * Nodes know keys of items only as hashes. With a secret of the app each item carries its key, sealed so that nodes cannot
 * read it; without one items cannot be listed, and `getKeys` and `clear` are refused.
 */
import { connect, UnderstudyError } from '@understudy/client'
import type { Value } from '@understudy/client'
import { AppSessions, checkAdapterOptions, invalid, lifeOf, SEALED_ID, sealOf, sliding } from '@understudy/adapter'
import type { AdapterOptions, Client, IdSeal } from '@understudy/adapter'
import type { Driver } from 'unstorage'

/** Options of the driver. */
export interface UnderstudyDriverOptions extends Partial<Omit<AdapterOptions, 'frozen'>> {
  /**
   * ws:// or wss:// URLs of nodes, for configurations that hold text only; instead of `client`. They may come later than
   * the app: until one answers, calls fail with TIMEOUT.
   */
  readonly nodes?: readonly string[]
  /** The secret that those nodes ask for. */
  readonly token?: string
  /** Life of an item after its last use, seconds; default 86,400. An item that is set with a `ttl` lives just so long. */
  readonly ttl?: number
  /**
   * Whether an item that was removed is gone for ever, so that its key cannot be set again: what a session needs whose
   * user has logged out. Default true. With false a key can be set again, also by a request that was under way.
   */
  readonly final?: boolean
  /**
   * A secret of the app, at least 32 characters, the same in all instances: with it there are `getKeys` and `clear`, for
   * items that were first set with this secret.
   */
  readonly idSecret?: string
}

/** The attribute that holds an item. */
const ITEM = 'item'

/**
 * Makes the driver.
 * @throws UnderstudyError OPTION_INVALID
 */
export function understudyDriver(options: UnderstudyDriverOptions): Driver<UnderstudyDriverOptions, Promise<Client>> {
  const { final = true, idSecret, ttl, prefix = 'storage:', timeLimit, replicas } = options
  if (typeof final !== 'boolean') throw invalid('final', 'must be true or false')
  const expiry = sliding(lifeOf(ttl))
  const seal = sealOf(idSecret, prefix)
  const { client, close } = clientOf(options)
  const settings = checkAdapterOptions({ client, prefix, ...(timeLimit !== undefined && { timeLimit }), ...(replicas !== undefined && { replicas }) })
  const sessions = new AppSessions(settings)
  const removed = (key: string): Promise<unknown> =>
    final ? sessions.destroy(key) : sessions.change(key, [{ kind: 'remove', path: [ITEM] }], expiry)
  return {
    name: 'understudy',
    options,
    flags: { ttl: true },
    getInstance: () => settings.client,
    hasItem: async (key) => (await item(sessions, key)) !== undefined,
    getItem: async (key) => (await item(sessions, key)) ?? null,
    async setItem(key, value, { ttl: own } = {}) {
      const values = new Map<string, Value>([[ITEM, value]])
      if (seal !== undefined) values.set(SEALED_ID, seal.seal(key))
      await sessions.replace(key, values, own === undefined ? expiry : { kind: 'fixed', at: Date.now() + lifeOf(own) })
    },
    async removeItem(key) {
      await removed(key)
    },
    getKeys: (base) => (seal === undefined ? refused('getKeys') : keysOf(sessions, seal, base)),
    async clear(base) {
      if (seal === undefined) return refused('clear')
      for (const key of await keysOf(sessions, seal, base)) await removed(key)
    },
    async dispose() {
      sessions.close()
      await close()
    },
  }
}

/** The keys of all items that begin so. */
async function keysOf(sessions: AppSessions, seal: IdSeal, base = ''): Promise<string[]> {
  const keys: string[] = []
  for await (const { id, values } of sessions.list(seal)) if (id.startsWith(base) && values.has(ITEM)) keys.push(id)
  return keys
}

/** The item of a key. Reading it is a use of it. */
async function item(sessions: AppSessions, key: string): Promise<string | undefined> {
  const value = (await sessions.read(key))?.values.get(ITEM)
  if (value !== undefined) sessions.touch(key)
  return typeof value === 'string' ? value : undefined
}

function clientOf({ client, nodes, token }: UnderstudyDriverOptions): { readonly client: Client | Promise<Client>; close(): Promise<void> } {
  if (client !== undefined && nodes !== undefined) throw invalid('client', 'and nodes exclude each other')
  if (client !== undefined) return { client, close: async () => undefined }
  if (nodes === undefined) throw invalid('nodes', 'must be given, or client')
  const closing = new AbortController()
  const connected = connect({ nodes, ...(token !== undefined && { token }), timeouts: { connect: Infinity }, signal: closing.signal })
  return {
    client: connected,
    close() {
      closing.abort()
      // One that could not be had has told whoever asked for an item.
      return connected.then((store) => store.close(), () => undefined)
    },
  }
}

function refused(method: string): Promise<never> {
  const message = `${method}() is not offered: nodes know items by hashes of their keys only. Give the driver an idSecret.`
  return Promise.reject(new UnderstudyError('OPERATION_INVALID', { message }))
}
