/** What a start of the command reads: V8 itself lists the scripts that a process has run. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../support/disks.js'
import { startCommand } from '../support/process.js'

const COMMAND = fileURLToPath(new URL('../../apps/server/', import.meta.url))

/** The files that `understudy serve` has run once it served: those of the command by name, of others the packages. */
async function filesOfStart(...args: readonly string[]): Promise<{ readonly own: readonly string[]; readonly others: readonly string[] }> {
  const folder = temporaryFolder()
  vi.stubEnv('NODE_V8_COVERAGE', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const node = await startCommand('serve', '--name', 'a', '--listen', '127.0.0.1:0', ...args)
  node.signal('SIGTERM')
  expect(await node.ended).toBe(0)
  const paths = readdirSync(folder).flatMap((name) => scriptsOf(readFileSync(join(folder, name), 'utf8')))
  const [own, foreign] = [paths.filter((path) => path.startsWith(COMMAND)), paths.filter((path) => !path.startsWith(COMMAND))]
  return { own: own.map((path) => path.slice(COMMAND.length)), others: [...new Set(foreign.map(packageOf))] }
}

function scriptsOf(coverage: string): readonly string[] {
  const { result }: { result: readonly { readonly url: string }[] } = JSON.parse(coverage)
  return result.flatMap(({ url }) => (url.startsWith('file:') ? [fileURLToPath(url)] : []))
}

function packageOf(path: string): string {
  return /.*\/(?:node_modules|packages|apps)\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path
}

test('a start in memory reads a handful of files, and nothing of other commands, of LMDB and of packages [SRV-22]', async () => {
  const { own, others } = await filesOfStart('--memory')
  expect(own.toSorted()).toEqual(['bin/understudy.js', ...['main', 'rolldown-runtime', 'serve', 'shared'].map((name) => `dist/${name}.js`)])
  expect(others).toEqual(['inspector'])
})

test('LMDB is read where sessions are kept on disk [SRV-22]', async () => {
  const { own, others } = await filesOfStart('--data', temporaryFolder())
  expect(own).toContain('dist/lmdb-storage.js')
  expect(others).toEqual(expect.arrayContaining(['inspector', 'lmdb']))
  expect(others).not.toContain('storage')
})

test('source maps of the command lead to the sources, texts included [SRV-22]', () => {
  const map: { sources: readonly string[]; sourcesContent: readonly unknown[] } = JSON.parse(readFileSync(join(COMMAND, 'dist/serve.js.map'), 'utf8'))
  expect(map.sources).toEqual(expect.arrayContaining(['../src/serve/serve.ts', '../../../packages/node/src/node.ts']))
  expect(map.sourcesContent.every((text) => typeof text === 'string')).toBe(true)
})
