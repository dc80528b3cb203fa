/** Holds SPEC.md to the tests: every rule names a test that carries its id, and every id in a test is a rule. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, testFiles } from './source-files.js'

const ROW = /^\| ([A-Z]{3}-\d+) \| (.+?) \| (.+?) \|$/gm
const ID = /\[([A-Z]{3}-\d+(?:, [A-Z]{3}-\d+)*)\]/g

const spec = readFileSync(join(ROOT, 'SPEC.md'), 'utf8')
const rules = Array.from(spec.matchAll(ROW), ([, id = '', promise = '', files = '']) => {
  return { id, promise, files: Array.from(files.matchAll(/\]\(([^)]+)\)/g), (match) => match[1] ?? '') }
})

describe('SPEC.md', () => {
  it('gives each rule one id, a promise and the tests that enforce it [ARC-7]', () => {
    expect(rules.length).toBeGreaterThan(100)
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length)
    const unproved = rules.filter(({ id, files }) => files.length === 0 || files.some((file) => !proves(file, id)))
    expect(unproved.map((rule) => `${rule.id}: ${rule.files.join(' ')}`)).toEqual([])
  })

  it('lists every rule that a test claims to enforce [ARC-8]', () => {
    const known = new Set(rules.map((rule) => rule.id))
    const claimed = testFiles().flatMap((file) => Array.from(file.text.matchAll(ID)).flatMap((match) => (match[1] ?? '').split(', ').map((id) => ({ id, path: file.path }))))
    expect(claimed.filter(({ id }) => !known.has(id)).map(({ id, path }) => `${id} in ${path}`)).toEqual([])
  })
})

function proves(file: string, id: string): boolean {
  const path = join(ROOT, file)
  return existsSync(path) && new RegExp(`\\b${id}\\b`).test(readFileSync(path, 'utf8'))
}
