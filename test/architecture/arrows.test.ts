/** Holds the arrows of ARCHITECTURE.md: who may import whom, and what the core may not touch. */
import { describe, expect, it } from 'vitest'
import { sourceFiles } from './source-files.js'
import type { SourceFile } from './source-files.js'

/** What each package may import; own files aside. Everything else is a wrong arrow. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'packages/document': ['yjs', 'lib0'],
  'packages/session': ['@understudy/document', 'lib0', '#sha256', 'node:crypto'],
  'packages/differencing': ['@understudy/document', 'lib0', 'y-protocols'],
  'packages/protocol': ['lib0', 'node:zlib'],
  'packages/replication': ['@understudy/protocol', '@understudy/differencing'],
  'packages/store': ['@understudy/document', '@understudy/session', '@understudy/differencing', 'lib0'],
  'packages/storage': ['lmdb', 'node:'],
  'packages/cluster': [],
  'packages/client': ['@understudy/document', '@understudy/session', '@understudy/differencing', '@understudy/protocol', 'lib0', 'ws', '#socket'],
  'packages/node': [
    '@understudy/document', '@understudy/session', '@understudy/differencing', '@understudy/protocol', '@understudy/replication',
    '@understudy/storage', '@understudy/store', '@understudy/cluster', '@understudy/client', 'ws', 'lib0', 'prom-client', 'node:',
  ],
  'apps/inspector': ['@understudy/client', '@understudy/protocol', 'preact', '@preact/signals', 'uplot'],
  'apps/server': ['@understudy/node', '@understudy/client', '@understudy/inspector', '@understudy/protocol', 'zod', 'pino', 'express', 'node:'],
  'apps/nemesis': ['@understudy/client', '@understudy/cluster', 'node:'],
  'packages/adapter': ['@understudy/client', 'node:'],
  'packages/express-session': ['@understudy/adapter', 'express-session', 'node:'],
  'packages/fastify-session': ['@understudy/adapter', '@fastify/session', 'node:'],
  'packages/koa-session': ['@understudy/adapter', '@understudy/client', 'node:'],
  'packages/hono': ['@understudy/adapter', '@understudy/client', 'hono', 'node:'],
  'packages/react-router': ['@understudy/adapter', '@understudy/client', 'react-router'],
  'packages/unstorage': ['@understudy/adapter', '@understudy/client', 'unstorage'],
  'packages/session-store-suite': ['express-session', 'node:'],
}

/** Packages that the simulator runs as they are: clock, chance, network and disk come in from outside. */
const CORE = new Set(['document', 'session', 'differencing', 'protocol', 'replication', 'store', 'storage', 'cluster'].map((name) => `packages/${name}`))

/** Of the storage package, the interface and the storage in memory are core, too; LMDB is not. */
const OUTSIDE_CORE = 'packages/storage/src/lmdb/'

const OUTSIDE_WORLD = /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|queueMicrotask|process\.|fetch\()/

const files = sourceFiles()

describe('imports', () => {
  for (const [home, allowed] of Object.entries(ARROWS)) {
    it(`of ${home} go to ${allowed.join(', ') || 'nothing'} only [ARC-1]`, () => {
      const wrong = filesOf(home).flatMap((file) => foreign(file).filter((name) => !isAllowed(name, allowed)).map((name) => `${file.path} → ${name}`))
      expect(wrong).toEqual([])
    })
  }

  it('never reach a package’s own index from inside it [ARC-2]', () => {
    const wrong = files.filter((file) => file.imports.some((name) => /(^|\/)index\.js$/.test(name) && name.startsWith('.')))
    expect(wrong.map((file) => file.path)).toEqual([])
  })

  it('make no circle between files [ARC-3]', () => {
    expect(circles(files)).toEqual([])
  })
})

/** What the core takes of Node itself: a checksum, which nothing from outside changes. */
const ARITHMETIC = 'node:zlib'
/** And a hash, in the one file that a browser has another for; what else is in that module is chance. */
const HASH = 'packages/session/src/sha256-node.ts'

describe('the core', () => {
  it('takes clock, chance, timers and network from outside [ARC-4]', () => {
    const core = files.filter((file) => CORE.has(file.home) && !file.path.startsWith(OUTSIDE_CORE))
    expect(core.filter((file) => OUTSIDE_WORLD.test(withoutComments(file.text))).map((file) => file.path)).toEqual([])
    const native = core.filter((file) => file.imports.some((name) => name === 'lmdb' || (name.startsWith('node:') && name !== ARITHMETIC) || name.includes('/lmdb/')))
    expect(native.filter((file) => file.home === 'packages/storage').map((file) => file.path)).toEqual([])
    expect(core.filter((file) => file.imports.includes('node:crypto')).map((file) => file.path)).toEqual([HASH])
  })
})

describe('files', () => {
  it('are named after one noun, in kebab-case, and nothing vague [ARC-5]', () => {
    const vague = /(^|[/\-.])(utils?|helpers?|common|misc|managers?|stuff)([-.]|$)/
    const wrong = files.filter(({ path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.tsx?$/, '')
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.test-support)?$/.test(name) || vague.test(name)
    })
    expect(wrong.map((file) => file.path)).toEqual([])
  })

  it('begin with a comment that says what they are for, and have 400 lines at most [ARC-6]', () => {
    const wrong = files.filter(({ text }) => !/^(#!.*\n)?\s*\/(\*\*|\/)/.test(text) || text.split('\n').length > 401)
    expect(wrong.map((file) => file.path)).toEqual([])
  })
})

function filesOf(home: string): SourceFile[] {
  const own = files.filter((file) => file.home === home)
  expect(own.length, `${home} has no sources`).toBeGreaterThan(0)
  return own
}

function foreign(file: SourceFile): string[] {
  return file.imports.filter((name) => !name.startsWith('.'))
}

function isAllowed(name: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => name === one || name.startsWith(one.endsWith(':') ? one : `${one}/`))
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}

/** One file of every import circle, found by walking in depth. Type imports count: a reader has to follow them, too. */
function circles(sources: readonly SourceFile[]): string[] {
  const known = new Map(sources.map((file) => [file.path, file]))
  const done = new Set<string>()
  const found: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) return void found.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (done.has(path)) return undefined
    for (const name of known.get(path)?.imports ?? []) {
      const targets = name.startsWith('.') ? ['.ts', '.tsx'].map((ending) => new URL(name.replace(/\.js$/, ending), `file:///${path}`).pathname.slice(1)) : []
      for (const target of targets) if (known.has(target)) walk(target, [...trail, path])
    }
    return void done.add(path)
  }
  for (const file of sources) walk(file.path, [])
  return found
}
