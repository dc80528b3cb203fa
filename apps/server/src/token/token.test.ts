/** What `understudy token` prints lets its holder in. */
import { expect, test } from 'vitest'
import { Access } from '@understudy/node'
import { fakeSurroundings } from '../test-support/fake-surroundings.js'
import { token } from './token.js'

async function printed(args: readonly string[]): Promise<string> {
  const surroundings = fakeSurroundings()
  expect(await token(args, surroundings)).toBe(0)
  return surroundings.written.out
}

test('the printed entry admits the printed token in the printed role', async () => {
  const { token: fresh, entry } = JSON.parse(
    await printed(['--json', '--role', 'read', '--name', 'board', '--expires', '2999-12-31']),
  )
  expect(entry).toEqual({
    name: 'board',
    role: 'read',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    expires: '2999-12-31',
  })
  const access = new Access({ tokens: [entry] })
  const headers = { authorization: `Bearer ${fresh}` }
  expect(access.authorize({ headers, remoteAddress: '10.0.0.1', path: '/' }, 'read')).toEqual({
    ok: true,
    role: 'read',
    name: 'board',
    expiresAt: expect.any(Number),
  })
})

test('for people it says what goes where', async () => {
  const text = await printed([])
  expect(text).toMatch(/^token, for whoever connects \(it is not shown again\):\n {2}ust_[\w-]{43}\n/)
  expect(text).toMatch(/\n {2}\{"name":"app","role":"write","sha256":"[0-9a-f]{64}"\}\n/)
})

test('variables meant for nodes do not change it', async () => {
  const surroundings = fakeSurroundings({ UNDERSTUDY_ROLE: 'backup', UNDERSTUDY_NAME: 'node a' })
  await token(['--json'], surroundings)
  expect(JSON.parse(surroundings.written.out).entry).toMatchObject({ name: 'app', role: 'write' })
})

test('a role that does not exist is refused', async () => {
  await expect(token(['--role', 'root'], fakeSurroundings())).rejects.toThrow(
    `option --role: 'root' is not one of read, write, admin; write for example --role write`,
  )
})
