/** Links that must not stand are refused with a message that says what to do, on both sides. */
import { describe, expect, it } from 'vitest'
import { Access } from '@understudy/node'
import { PROTOCOL_VERSION } from '@understudy/protocol'
import type { PeerFrame } from '@understudy/protocol'
import { eventually } from '../support/eventually.js'
import { Lines } from '../support/log.js'
import { linkTo, startBackup, startNode, startPrimary, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'
import { Wire } from '../support/wire.js'

describe('a link that must not stand', () => {
  it('with a second node of a name already linked: the newcomer is told, the first keeps its link [SCN-15]', async () => {
    const log = new Lines()
    const [primary, first] = await startPrimary({ log }, 'b')
    const { acknowledged } = linkTo(primary, 'b')
    const second = await startBackup(primary, { name: 'b' })
    const error = await eventually('the newcomer was told', () => second.status().links[0]?.lastError)
    expect(error).toContain('NAME_TAKEN: "a" has a link to another node named "b"')
    expect(log.all.some((line) => line.startsWith('warn') && line.includes('another node named "b"'))).toBe(true)
    expect(first?.status().links[0]?.state).toBe('open')
    expect(linkTo(primary, 'b')).toMatchObject({ state: 'open', acknowledged })
    await second.close()
    const session = await primary.store.open('visitor')
    expect(await session.set('n', 1).save({ copies: 2, required: true })).toMatchObject({ copies: 2 })
  })

  it('with a second node of a name, until the first proves dead: that was its restart on another host [SCN-15]', async () => {
    const primary = await startNode({ name: 'a' })
    const address = await Relay.start()
    address.leadTo(primary)
    await startNode({ name: 'b', role: 'backup', peers: { a: address.url } })
    await whenCaughtUp(primary, 'b')
    address.stall()
    const session = await primary.store.open('visitor')
    await session.set('n', 1).save({ copies: 1 })
    const restarted = await startBackup(primary, { name: 'b' })
    const error = await eventually('the newcomer was told', () => restarted.status().links[0]?.lastError)
    expect(error).toContain('NAME_TAKEN')
    await whenEqual(primary, restarted)
    expect(restarted.status().links[0]?.state).toBe('open')
  })

  it('with a node of the own name [SCN-15]', async () => {
    const primary = await startNode({ name: 'a' })
    const namesake = await startNode({ name: 'a', role: 'backup', peers: { other: primary.url } })
    const error = await eventually('it was told', () => namesake.status().links[0]?.lastError)
    expect(error).toContain('two nodes are named "a"; give each its own --name')
  })

  it('with a node that speaks another version only [SCN-15]', async () => {
    const primary = await startNode({ name: 'a' })
    const next = PROTOCOL_VERSION + 1
    const fromTheFuture = (frame: PeerFrame): PeerFrame =>
      frame.type === 'welcome' ? { ...frame, version: next, minVersion: next } : frame
    const log = new Lines()
    const backup = await startBackup(primary, { name: 'b', log, dial: new Wire(fromTheFuture).dial })
    const error = await eventually('it was told', () => backup.status().links[0]?.lastError)
    expect(error).toContain('VERSION_MISMATCH')
    expect(error).toContain(`${next}–${next}`)
    await eventually('the log says so', () =>
      log.all.some((line) => line.startsWith('warn a peer link was refused') && line.includes('version')),
    )
  })

  it('with a member that is not listed: it is told how it could be [SCN-15]', async () => {
    const log = new Lines()
    const primary = await startNode({ name: 'a', log })
    const stranger = await startNode({ name: 'stranger', peers: { a: primary.url } })
    const error = await eventually('it was told', () => stranger.status().links[0]?.lastError)
    expect(error).toContain(
      'NOT_ADMITTED: "stranger" is no configured peer of "a"; add --peer stranger=ws://… to "a" or start "stranger" with --role backup',
    )
    expect(log.all.some((line) => line.includes('"stranger" is no configured peer'))).toBe(true)
    expect(primary.status().links).toEqual([])
  })

  it('with a node that does not know the peer secret [SCN-15]', async () => {
    const access = new Access({ peerSecret: 'a-secret-that-all-nodes-share' })
    const primary = await startNode({ name: 'a', access })
    const stranger = await startBackup(primary, { name: 'b' })
    const error = await eventually('it was told', () => stranger.status().links[0]?.lastError)
    expect(error).toContain('refused with status 401: TOKEN_MISSING')
    await startBackup(primary, { name: 'c', access })
    await whenCaughtUp(primary, 'c')
    expect(primary.status().links.map(({ peer }) => peer)).toEqual(['c'])
  })

  it('with nobody there: it is waited for, with a message [SCN-15]', async () => {
    const log = new Lines()
    const node = await startNode({ name: 'b', role: 'backup', log, peers: { a: 'ws://127.0.0.1:1' } })
    const error = await eventually('the status tells', () => node.status().links[0]?.lastError)
    expect(error).toContain('ECONNREFUSED')
    expect(log.all).toContain('warn peer "a" can\'t be reached at ws://127.0.0.1:1; trying again until it can')
  })
})
