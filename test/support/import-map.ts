/**
 * What a page needs to import packages without a bundler: an import map, made from the packages' own manifests by the
 * conditions that bundlers for browsers use.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Conditions of `exports` and `imports` that hold in a page. */
const CONDITIONS: ReadonlySet<string> = new Set(['browser', 'module', 'import', 'default'])

/** What `exports` and `imports` of a manifest may hold. */
type Target = string | null | { readonly [condition: string]: Target }

interface Manifest {
  readonly exports?: Readonly<Record<string, Target>>
  readonly imports?: Readonly<Record<string, Target>>
}

/** Folder of an installed package, also of one of this workspace. */
export function packageFolder(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/${name}/`, import.meta.url))
}

/** Specifier → address of everything that these packages offer to pages, each package below `/<its name>/`. */
export function importMap(packages: readonly string[]): Record<string, string> {
  const map: Record<string, string> = {}
  for (const name of packages) {
    const { exports = {}, imports = {} }: Manifest = JSON.parse(readFileSync(`${packageFolder(name)}package.json`, 'utf8'))
    for (const [key, target] of Object.entries({ ...exports, ...imports })) {
      const path = resolved(target)
      if (path !== undefined) map[key.startsWith('#') ? key : name + key.slice(1)] = `/${name}/${path.replace('./', '')}`
    }
  }
  return map
}

/** The first target whose conditions hold, in the manifest's order. */
function resolved(target: Target): string | undefined {
  if (target === null || typeof target === 'string') return target ?? undefined
  for (const [condition, inner] of Object.entries(target)) {
    const path = CONDITIONS.has(condition) ? resolved(inner) : undefined
    if (path !== undefined) return path
  }
  return undefined
}
