/** What a browser has to load of the inspector. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { folder } from '@understudy/inspector'
import { expect, it } from 'vitest'

/** Bytes, gzipped, of all JavaScript. */
const LIMIT = 60_000

it('all JavaScript of the inspector together is at most 60 kB, gzipped [INB-12]', () => {
  const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.m?js$/.test(name))
  const sizes = scripts.map((name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length)
  expect(scripts.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(LIMIT)
})

it('its page has no script or style of its own in it, and none of another origin, so a strict policy suits it [INB-12]', () => {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//)
  expect(page.match(/<script[^>]*>[^<]/g)).toBeNull()
  for (const name of readdirSync(join(folder, 'assets'))) {
    const text = readFileSync(join(folder, 'assets', name), 'utf8')
    // The names of SVG's and XHTML's own languages are no addresses.
    expect(text.replace(/https?:\/\/www\.w3\.org\/[\w/]+/g, '').match(/https?:\/\/[\w.]+/g) ?? [], name).toEqual([])
  }
})
