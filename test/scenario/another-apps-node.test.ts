/** First embodiment: the back-up is the node that another app has embedded. */
import { describe, expect, it } from 'vitest'
import { startNode, startPrimary, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { Relay } from '../support/relay.js'

describe('the node that another app has embedded', () => {
  it('holds every save of the shop before the shop hears that it is saved [SCN-1]', async () => {
    const [shop, blog] = await startPrimary({ name: 'shop' }, 'blog')
    const visitor = await shop.store.open('visitor', { idleTimeout: 1_800_000 })
    visitor.set('theme', 'dark').set('userId', 7).freeze('userId')
    expect(await visitor.save({ copies: 2, required: true })).toMatchObject({ copies: 2 })
    expect(blog?.status().sessions).toBe(1)
    expect(blog?.status().digest).toBe(shop.status().digest)

    // The blog may use the shop's sessions too: what it is not primary of, its store fetches from the primary.
    const visitorAtBlog = await blog?.store.find('visitor')
    expect(visitorAtBlog?.toJSON()).toEqual({ theme: 'dark', userId: 7 })
    await visitorAtBlog?.set('theme', 'light').save()
    expect(visitor.get('theme')).toBe('light')
  })

  it('serves sessions of its own that the shop backs up in turn [SCN-1]', async () => {
    const addressOfBlog = await Relay.start()
    const shop = await startNode({ name: 'shop', peers: { blog: addressOfBlog.url } })
    const blog = await startNode({ name: 'blog', peers: { shop: shop.url } })
    addressOfBlog.leadTo(blog)
    await whenCaughtUp(shop, 'blog')
    await whenCaughtUp(blog, 'shop')
    for (let i = 0; i < 40; i++) {
      const session = await (i % 2 === 0 ? shop : blog).store.open(`visitor ${i}`)
      expect(await session.set('n', i).save({ copies: 2, required: true })).toMatchObject({ copies: 2 })
    }
    await whenEqual(shop, blog)
    expect(shop.status().slots).toEqual({
      primary: 256 - blog.status().slots.primary,
      backup: blog.status().slots.primary,
    })
  })
})
