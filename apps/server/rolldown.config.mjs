/**
 * Builds the command to `dist/`: a few modules instead of some 450, for reading, resolving and compiling that many files was
 * most of what a node took to start. They are made of the sources, ours and those of the packages that we use, and their
 * source maps lead there: `NODE_OPTIONS=--enable-source-maps` shows them in stack traces.
 *
 * What package.json calls a dependency stays outside: what is native or loaded late (LMDB, Express, the registry of metrics)
 * and the inspector's folder. Everything else is in the bundle, hence a development dependency, and its licence is in
 * `dist/THIRD-PARTY-LICENSES.txt`.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defineConfig } from 'rolldown'

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))

/** Native parts of `ws`, used where somebody has installed them. */
const OPTIONAL = ['bufferutil', 'utf-8-validate']

/** Licences that ask for no more than to be passed on with the code. */
const LICENSES = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD'])

/** Adds the licences of all packages of which something is in the bundle; fails where one has none that we may use. */
function thirdPartyLicenses() {
  return {
    name: 'third-party-licenses',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []))
      const folders = new Set(modules.filter((id) => id.includes('/node_modules/')).map(packageFolder))
      const texts = [...folders].toSorted().map(licenseText)
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) })
    },
  }
}

/** The folder of the package that a module is of: the nearest one whose manifest has a name and a version. */
function packageFolder(id) {
  for (let folder = dirname(id); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json')
    if (!existsSync(path)) continue
    const { name, version } = JSON.parse(readFileSync(path, 'utf8'))
    if (name !== undefined && version !== undefined) return folder
  }
  throw new Error(`${id} is of no package`)
}

function licenseText(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (!LICENSES.has(license) || file === undefined) throw new Error(`${name} has no licence that we may pass on: keep it outside, as a dependency`)
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

// What an earlier build left would be published; the declarations are the compiler's, which keeps books about them.
mkdirSync('dist', { recursive: true })
for (const entry of readdirSync('dist')) if (entry !== 'types') rmSync(join('dist', entry), { recursive: true })

export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  resolve: { conditionNames: ['@understudy/source', 'node', 'import', 'default'] },
  external: [/^node:/, ...Object.keys(dependencies), ...OPTIONAL],
  plugins: [thirdPartyLicenses()],
  // A warning is, for one, an import that nobody resolves: it would fail at the user's.
  onLog(_level, { message }) {
    throw new Error(message)
  },
  output: {
    dir: 'dist',
    sourcemap: true,
    // Names stay readable; comments would only be scanned at each start.
    comments: { legal: true, annotation: false, jsdoc: false },
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    // Each file costs a start a millisecond: what commands share is one, and each has one for itself.
    codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
  },
})
