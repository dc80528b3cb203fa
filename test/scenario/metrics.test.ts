/** What Prometheus reads of a node is what the node is, and opens to nobody what `/status` would not. */
import { Access, newToken, tokenHashHex } from '@understudy/node'
import type { Node } from '@understudy/node'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startNode, startPrimary } from '../support/nodes.js'
import { numbers, saveSessions } from '../support/sessions.js'

/** Every figure of a node, by name and labels. */
async function figures(node: Node): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${node.url.replace('ws:', 'http:')}/metrics`)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

describe('/metrics', () => {
  it('has the figures of a node and of each of its links [NOD-37]', async () => {
    const [primary] = await startPrimary({}, 'b')
    await saveSessions(primary.store, numbers(20), (number) => `value ${number}`)
    await eventually('the back-up has everything', () => primary.status().links.every(({ equal, dirty }) => equal === true && dirty === 0))
    const found = await figures(primary)
    expect(found.get('understudy_sessions{node="a"}')).toBe(20)
    expect(found.get('understudy_slots_primary{node="a"}')).toBe(256)
    expect(found.get('understudy_link_open{peer="b",node="a"}')).toBe(1)
    expect(found.get('understudy_link_dirty_sessions{peer="b",node="a"}')).toBe(0)
    expect(found.get('understudy_link_sent_deltas{peer="b",node="a"}')).toBe(primary.status().links[0]?.deltasSent)
    expect([...found.keys()].filter((name) => name.startsWith('understudy_disk'))).toEqual([])
  })

  it('are for who may read the status, and for nobody else [NOD-37]', async () => {
    const token = newToken()
    const node = await startNode({ name: 'a', access: new Access({ tokens: [{ name: 'board', role: 'read', sha256: tokenHashHex(token) }] }) })
    const address = `${node.url.replace('ws:', 'http:')}/metrics`
    expect((await fetch(address)).status).toBe(401)
    const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('understudy_ready{node="a"}')
  })
})
