/** The pages of the app that races are run over. */
import type { Routes } from './app.js'

/** How long a slow handler takes, ms. */
export const SLOW = 20

/** Handlers that are slow wait between what they read and what they leave behind. */
export const racePages: Routes = {
  '/': ({ session }) => Object.fromEntries(Object.entries(session ?? {}).filter(([name]) => name !== 'cookie')),
  '/login': ({ session }) => void (session && Object.assign(session, { user: 'ann', cart: { pen: 1 }, count: 0 })),
  '/set': async ({ session, query }) => {
    await slow()
    if (session) Object.assign(session, Object.fromEntries(query))
  },
  '/now': ({ session, query }) => void (session && Object.assign(session, Object.fromEntries(query))),
  '/add': async ({ session, query }) => {
    const cart = session?.['cart'] as Record<string, unknown> | undefined
    await slow()
    for (const [name, amount] of query) if (cart) cart[name] = Number(amount)
  },
  '/remove': async ({ session, query }) => {
    await slow()
    if (session) Reflect.deleteProperty(session, query.get('name') ?? '')
  },
  '/read': async ({ session }) => {
    await slow()
    return session?.['user']
  },
  '/logout': ({ session }) => called((done) => session?.destroy(done)),
  '/regenerate': ({ session }) => called((done) => session?.regenerate(done)),
}

function slow(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, SLOW))
}

function called(method: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    method((error) => (error ? reject(error instanceof Error ? error : new Error(String(error))) : resolve()))
  })
}
