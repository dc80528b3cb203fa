/** Who gets into the inspector, and what those are told who do not. */
import { Access, newToken, tokenHashHex } from '@understudy/node'
import type { Node } from '@understudy/node'
import { describe, expect, it } from 'vitest'
import { browse } from '../support/browser.js'
import { expectAccessible, expectClean, goTo, inspectorAt, startInspected } from '../support/inspecting.js'
import { startScriptedInspect } from '../support/scripted-inspect.js'
import { World } from '../support/world.js'

const READ = newToken()
const ADMIN = newToken()
const OLD = newToken()

const chromium = browse()

/** A node that knows these tokens. */
function startGuarded(environment = new World()): Promise<Node> {
  const tokens = [
    { name: 'board', role: 'read', sha256: tokenHashHex(READ) },
    { name: 'ops', role: 'admin', sha256: tokenHashHex(ADMIN), expires: '2099-01-01' },
    { name: 'gone', role: 'admin', sha256: tokenHashHex(OLD), expires: '2020-01-01' },
  ] as const
  return startInspected({ name: 'a', environment, access: new Access({ tokens, now: environment.now }) })
}

describe('a node with tokens', () => {
  it('asks for one, tells unknown and expired ones apart, and lets a good one in, which never stands in an address [INB-7]', async () => {
    const node = await startGuarded()
    const visit = await chromium.open(inspectorAt(node))
    const { page } = visit
    const enter = async (token: string): Promise<void> => {
      await page.getByRole('textbox', { name: 'token' }).fill(token)
      await page.keyboard.press('Enter')
    }
    await page.getByRole('heading', { name: 'This node needs a token' }).waitFor()
    await expectAccessible(visit)
    await enter(newToken())
    await page.getByRole('heading', { name: 'This token is not known here' }).waitFor()
    await enter(OLD)
    await page.getByRole('heading', { name: 'This token has expired' }).waitFor()
    await enter(ADMIN)
    await page.getByRole('status').getByText('live').waitFor()
    await page.getByText('admin', { exact: true }).waitFor()
    await page.reload()
    await page.getByText('admin', { exact: true }).waitFor()
    expect(new Set(visit.sockets)).toEqual(new Set([`${node.url}/inspect`]))
    expect(page.url()).not.toContain(ADMIN)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'This node needs a token' }).waitFor()
    expectClean(visit)
  })

  it('shows a token of role read everything but values, and no action [INB-7]', async () => {
    const node = await startGuarded()
    const session = await node.store.open('visitor')
    await session.set('theme', 'dark').save()
    const visit = await chromium.open(inspectorAt(node, `#/session/${session.key}`))
    const { page } = visit
    await page.getByRole('textbox', { name: 'token' }).fill(READ)
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /^theme/ }).getByText('string, 4 characters').waitFor()
    await page.getByText('Values are revealed to tokens of role admin only').waitFor()
    for (const name of [/Reveal/, /Edit/, /Freeze/, /Remove/, /Destroy/, /Add/]) expect(await page.getByRole('button', { name }).count()).toBe(0)
    await goTo(page, '#/cluster')
    await page.getByRole('region', { name: 'Nodes' }).first().waitFor()
    for (const name of [/promote/, /drain/]) expect(await page.getByRole('button', { name }).count()).toBe(0)
    await expectAccessible(visit)
    expectClean(visit)
  })

  it('says so when a token expires while it is used [INB-7]', async () => {
    const world = new World()
    const node = await startGuarded(world)
    const visit = await chromium.open(inspectorAt(node))
    const { page } = visit
    await page.getByRole('textbox', { name: 'token' }).fill(ADMIN)
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('live').waitFor()
    world.forward(Date.parse('2099-01-02') - world.now())
    await page.getByRole('heading', { name: 'This token has expired' }).waitFor()
    expectClean(visit)
  })
})

describe('a node of another version', () => {
  it('that refuses ours is told of as such, and not asked again and again [INB-7]', async () => {
    let hellos = 0
    const address = await startScriptedInspect((frame, say) => {
      if (frame.type !== 'hello') return
      hellos++
      say({ type: 'bye', code: 'VERSION_MISMATCH', message: 'this node speaks versions 7 to 9 of the inspect link' })
    })
    const visit = await chromium.open(address)
    await visit.page.getByRole('heading', { name: 'This node speaks another version' }).waitFor()
    await visit.page.getByText('versions 7 to 9').waitFor()
    expect(hellos).toBe(1)
    await expectAccessible(visit)
    expectClean(visit)
  })

  it('that chose one which this page does not speak, as well [INB-7]', async () => {
    const address = await startScriptedInspect((frame, say) => {
      if (frame.type === 'hello') say({ type: 'welcome', version: 9, node: 'a', time: 0, role: 'read', token: 't', mode: 'benchmark', software: '9', nodes: [], deny: [], demo: false })
    })
    const visit = await chromium.open(address)
    await visit.page.getByRole('heading', { name: 'This node speaks another version' }).waitFor()
    expectClean(visit)
  })
})
