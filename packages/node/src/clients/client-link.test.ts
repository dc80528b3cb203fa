import { connect } from '@understudy/client'
import { expect, onTestFinished, test } from 'vitest'
import { createNode } from '../node.js'

test('what a save changed does not wait for an answer that is long in coming [NOD-38]', async () => {
  const node = await createNode({ name: 'a' })
  onTestFinished(() => node.close())
  await node.whenReady()
  const store = await connect({ nodes: [node.url] })
  onTestFinished(() => store.close())
  const session = await store.open('id')
  const other = session.another()
  let answered = false
  // There is no back-up that could hold it.
  const saving = session.set('a', 1).save({ copies: 2, required: true }).then(
    () => void (answered = true),
    () => void (answered = true),
  )
  await expect.poll(() => other.get('a')).toBe(1)
  expect(answered).toBe(false)
  await saving
  expect(other.get('a')).toBe(1)
})
