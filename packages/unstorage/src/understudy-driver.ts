/**
 * A driver for unstorage: what Nuxt, Nitro and Astro keep sessions in. Each item is a session with one attribute.
 *
 * Nodes know keys of items only as hashes, so that items cannot be listed by them: `getKeys` and `clear` are refused.
 */
import { connect, UnderstudyError } from '@understudy/client'
import { AppSessions, checkAdapterOptions, checkTtl, invalid, sliding } from '@understudy/adapter'
import type { AdapterOptions, Client, Expiry } from '@understudy/adapter'
import type { Driver } from 'unstorage'

/** Options of the driver. */
export interface UnderstudyDriverOptions extends Partial<AdapterOptions> {
  /** ws:// or wss:// URLs of nodes, for configurations that hold text only; instead of `client`. */
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
}

/** The attribute that holds an item. */
const ITEM = 'item'

/**
 * Makes the driver.
 * @throws UnderstudyError OPTION_INVALID
 */
export function understudyDriver(options: UnderstudyDriverOptions): Driver<UnderstudyDriverOptions, Promise<Client>> {
  const { final = true } = options
  const expiry = sliding(checkTtl(options.ttl) * 1_000)
  if (typeof final !== 'boolean') throw invalid('final', 'must be true or false')
  const { client, close } = clientOf(options)
  const settings = checkAdapterOptions({ ...options, client, prefix: options.prefix ?? 'storage:' })
  const sessions = new AppSessions(settings)
  return {
    name: 'understudy',
    options,
    flags: { ttl: true },
    getInstance: () => settings.client,
    hasItem: async (key) => (await item(sessions, key)) !== undefined,
    getItem: async (key) => (await item(sessions, key)) ?? null,
    async setItem(key, value, { ttl: own } = {}) {
      await sessions.replace(key, new Map([[ITEM, value]]), own === undefined ? expiry : lifeOf(own))
    },
    async removeItem(key) {
      if (final) await sessions.destroy(key)
      else await sessions.change(key, [{ kind: 'remove', path: [ITEM] }], expiry)
    },
    getKeys: () => refused('getKeys'),
    clear: () => refused('clear'),
    async dispose() {
      sessions.close()
      await close()
    },
  }
}

/** The item of a key. Reading it is a use of it. */
async function item(sessions: AppSessions, key: string): Promise<string | undefined> {
  const value = (await sessions.read(key))?.values.get(ITEM)
  if (value !== undefined) sessions.touch(key)
  return typeof value === 'string' ? value : undefined
}

function lifeOf(seconds: unknown): Expiry {
  return { kind: 'fixed', at: Date.now() + checkTtl(seconds) * 1_000 }
}

function clientOf({ client, nodes, token }: UnderstudyDriverOptions): { readonly client: Client | Promise<Client>; close(): Promise<void> } {
  if (client !== undefined && nodes !== undefined) throw invalid('client', 'and nodes exclude each other')
  if (client !== undefined) return { client, close: async () => undefined }
  if (nodes === undefined) throw invalid('nodes', 'must be given, or client')
  const connected = connect({ nodes, ...(token !== undefined && { token }) })
  return { client: connected, close: () => connected.then((store) => store.close(), () => undefined) }
}

function refused(method: string): Promise<never> {
  const message = `${method}() is not offered: nodes know items by hashes of their keys only. Keep a list of keys in an item of its own.`
  return Promise.reject(new UnderstudyError('OPERATION_INVALID', { message }))
}
