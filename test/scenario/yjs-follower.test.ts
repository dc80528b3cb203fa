/** A stock y-websocket provider at `/yjs/<session key>` follows a session and cannot change it. */
import { describe, expect, it } from 'vitest'
import { sessionKey } from '@understudy/client'
import type { SessionHandle } from '@understudy/client'
import { Access, newToken, tokenHashHex } from '@understudy/node'
import type { Node } from '@understudy/node'
import * as Y from 'yjs'
import { eventually } from '../support/eventually.js'
import { startNode, startPrimary, whenEqual } from '../support/nodes.js'
import { YjsFollower } from '../support/yjs-follower.js'

const KEY = sessionKey('visitor')

async function shows(follower: YjsFollower, expected: Record<string, unknown>): Promise<void> {
  const text = JSON.stringify(sorted(expected))
  await eventually(`the follower shows ${text}`, () => JSON.stringify(sorted(follower.attributes)) === text)
}

function sorted(record: Record<string, unknown>): unknown[] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

async function startPair(): Promise<{ primary: Node; backup: Node; session: SessionHandle }> {
  const [primary, backup] = await startPrimary({}, 'b')
  if (backup === undefined) throw new Error('no back-up')
  const session = await primary.store.open('visitor')
  await session.set('theme', 'dark').set('cart', ['book']).save({ copies: 2, required: true })
  return { primary, backup, session }
}

describe('a stock Yjs client', () => {
  it('follows a session on its primary and on its back-up, through changes, removals and freezes [SCN-21]', async () => {
    const { primary, backup, session } = await startPair()
    const followers = [new YjsFollower(primary, KEY), new YjsFollower(backup, KEY)]
    for (const follower of followers) {
      await follower.whenSynced()
      await shows(follower, { theme: 'dark', cart: ['book'] })
    }
    await session.set('cart', ['book', 'pen']).set('userId', 7).freeze('userId').save()
    await session.remove('theme').increment('views').save()
    for (const follower of followers) {
      await shows(follower, { cart: ['book', 'pen'], userId: 7, views: 1 })
      expect(follower.doc.getArray('frozen').toJSON()).toEqual([['userId', 7]])
      expect(follower.doc.store.pendingStructs).toBeNull()
    }
  })

  it('follows through a restart of the document, also when it comes back after one [SCN-21]', async () => {
    const { primary, backup, session } = await startPair()
    const [stayed, left] = [
      await new YjsFollower(primary, KEY).whenSynced(),
      await new YjsFollower(backup, KEY).whenSynced(),
    ]
    left.provider.disconnect()
    const writers = (): number => Y.decodeStateVector(Y.encodeStateVector(stayed.doc)).size
    const before = writers()
    // Documents restart when removal entries make them large.
    for (let i = 0; i < 2_000 && writers() === before; i++) {
      await session.set(`flash ${i}`, 'x'.repeat(40)).save()
      await session.remove(`flash ${i}`).save({ copies: 2 })
    }
    expect(writers()).toBeGreaterThan(before)
    await session.set('cart', []).save({ copies: 2, required: true })
    await shows(stayed, { theme: 'dark', cart: [] })
    expect(
      stayed.doc
        .getArray('attributes')
        .toJSON()
        .filter((entry) => entry[0] === 'cart'),
    ).toHaveLength(1)
    left.provider.connect()
    await shows(left, { theme: 'dark', cart: [] })
    await session.set('cart', ['pen']).save()
    for (const follower of [stayed, left]) await shows(follower, { theme: 'dark', cart: ['pen'] })
  })

  it('changes nothing by what it writes, neither for the nodes nor for others that follow [SCN-22]', async () => {
    const { primary, backup, session } = await startPair()
    const [writer, reader] = [
      await new YjsFollower(primary, KEY).whenSynced(),
      await new YjsFollower(primary, KEY).whenSynced(),
    ]
    const { digest } = primary.status()
    const attributes = writer.doc.getArray('attributes')
    writer.doc.transact(() => {
      attributes.push([
        ['theme', 'stolen'],
        ['admin', true],
      ])
      attributes.delete(0, 1)
      writer.doc.getMap('other root').set('a', 1)
    })
    writer.provider.awareness.setLocalState({ name: 'mallory' })
    // What comes after on the same connection shows that the above was read.
    await session.set('views', 1).save({ copies: 2, required: true })
    await eventually('the change arrives', () => reader.attributes['views'] === 1 && writer.attributes['views'] === 1)
    expect(reader.attributes).toEqual({ theme: 'dark', cart: ['book'], views: 1 })
    expect([...reader.doc.share.keys()].sort()).toEqual(['attributes', 'frozen'])
    expect(reader.provider.awareness.getStates().size).toBe(1)
    expect(session.toJSON()).toEqual({ theme: 'dark', cart: ['book'], views: 1 })
    await whenEqual(primary, backup)
    expect(primary.status().digest).not.toBe(digest)
    const later = await new YjsFollower(backup, KEY).whenSynced()
    await shows(later, { theme: 'dark', cart: ['book'], views: 1 })
  })

  it('can not bring a document of its own: what it held before is not taken over [SCN-22]', async () => {
    const { primary, backup } = await startPair()
    const other = new Y.Doc()
    other.getArray('attributes').push([['admin', true]])
    const follower = new YjsFollower(primary, KEY)
    Y.applyUpdate(follower.doc, Y.encodeStateAsUpdate(other))
    await follower.whenSynced()
    const later = await new YjsFollower(primary, KEY).whenSynced()
    await shows(later, { theme: 'dark', cart: ['book'] })
    await whenEqual(primary, backup)
  })

  it('is refused for an unknown session, a foreign origin and what is no key [SCN-23]', async () => {
    const { primary } = await startPair()
    expect(await new YjsFollower(primary, sessionKey('nobody')).whenRefused()).toContain('404')
    expect(await new YjsFollower(primary, 'visitor').whenRefused()).toContain('404')
    expect(await new YjsFollower(primary, KEY, { origin: 'https://evil.example' }).whenRefused()).toContain('403')
    const own = await new YjsFollower(primary, KEY, { origin: primary.url.replace('ws', 'http') }).whenSynced()
    await shows(own, { theme: 'dark', cart: ['book'] })
  })

  it('needs a token where the node asks for one, and presents it as browsers can [SCN-23]', async () => {
    const token = newToken()
    const access = new Access({ tokens: [{ role: 'read', sha256: tokenHashHex(token) }] })
    const primary = await startNode({ name: 'a', access })
    await (await primary.store.open('visitor')).set('theme', 'dark').save()
    expect(await new YjsFollower(primary, KEY).whenRefused()).toContain('401')
    const protocols = ['understudy', `understudy.token.${Buffer.from(token).toString('base64url')}`]
    const follower = await new YjsFollower(primary, KEY, {}, protocols).whenSynced()
    await shows(follower, { theme: 'dark' })
  })

  it('is told for good when the session ends, and refused after that [SCN-23]', async () => {
    const { primary, backup } = await startPair()
    const followers = [
      await new YjsFollower(primary, KEY).whenSynced(),
      await new YjsFollower(backup, KEY).whenSynced(),
    ]
    await primary.store.destroy('visitor', { copies: 2, required: true })
    expect(await Promise.all(followers.map(({ ended }) => ended))).toEqual([4404, 4404])
    expect(followers.map(({ provider }) => provider.shouldConnect)).toEqual([false, false])
    expect(await new YjsFollower(primary, KEY).whenRefused()).toContain('410')
  })
})
