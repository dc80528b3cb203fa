import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const source = dirname(fileURLToPath(import.meta.url))

/** What a module's own text imports, types apart. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const statements = text.matchAll(/^(?:import|export)(?! type)[^'"=()]*?from '([^']+)'|^import '([^']+)'/gm)
  return [...statements].map((match) => match[1] ?? match[2] ?? '')
}

/** All modules that the index reaches. */
function reached(from: string, socket: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(from)) return seen
  const imports = importsOf(from)
  seen.set(from, imports)
  for (const name of imports) {
    if (name === '#socket') reached(join(source, socket), socket, seen)
    if (name.startsWith('.')) reached(resolve(dirname(from), name.replace(/\.js$/, '.ts')), socket, seen)
  }
  return seen
}

test('what a browser loads has nothing that only Node has [CLI-15]', () => {
  const modules = reached(join(source, 'index.ts'), 'socket-browser.ts')
  expect(modules.size).toBeGreaterThan(20)
  for (const [file, imports] of modules) {
    expect(relative(source, file)).not.toBe('socket-node.ts')
    for (const name of imports) {
      expect(name, relative(source, file)).toMatch(/^(\.|#socket$|@understudy\/(document|session|differencing|protocol\/client)$|lib0\/)/)
    }
    expect(readFileSync(file, 'utf8'), relative(source, file)).not.toMatch(/\b(Buffer|process|setImmediate|require)\b[.(]/)
  }
})

test('in package.json the browser\'s socket comes first, Node\'s is the default [CLI-15]', () => {
  const { imports } = JSON.parse(readFileSync(join(source, '../package.json'), 'utf8'))
  const { browser, default: node } = imports['#socket']
  expect(Object.keys(imports['#socket']).indexOf('browser')).toBeLessThan(Object.keys(imports['#socket']).indexOf('default'))
  expect([browser.default, node.default]).toEqual(['./dist/socket-browser.js', './dist/socket-node.js'])
})

test('nothing inside imports the index, and the index is all there is outside', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  for (const file of files.filter((name) => name !== 'index.ts')) {
    for (const name of importsOf(join(source, file))) expect(name, file).not.toMatch(/(^|\/)index\.js$/)
  }
})
