/** The source files of the repository and what each imports, read as text. */
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Root of the repository. */
export const ROOT = join(import.meta.dirname, '..', '..')

/** One source file. */
export interface SourceFile {
  /** Path from the repository's root. */
  readonly path: string
  /** `packages/store` and the like. */
  readonly home: string
  readonly text: string
  /** Module specifiers, as written. */
  readonly imports: readonly string[]
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^'"\n;]*?(?:\{[^}]*\}[^'"\n;]*?)?from\s+['"]([^'"]+)['"]|(?:^|\n)\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

/** All TypeScript sources below packages and apps, tests and what only tests use left out. */
export function sourceFiles(): SourceFile[] {
  const files: SourceFile[] = []
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(join(ROOT, group))) collect(join(ROOT, group, name, 'src'), `${group}/${name}`, files)
  }
  return files
}

/** All test files of the repository. */
export function testFiles(): SourceFile[] {
  const files: SourceFile[] = []
  const keepTests = (path: string): boolean => path.endsWith('.test.ts')
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(join(ROOT, group))) collect(join(ROOT, group, name, 'src'), `${group}/${name}`, files, keepTests)
  }
  collect(join(ROOT, 'test'), 'test', files, keepTests)
  return files
}

function collect(folder: string, home: string, files: SourceFile[], keep = isSource): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !['node_modules', 'dist'].includes(entry.name)) collect(path, home, files, keep)
    else if (entry.isFile() && /\.tsx?$/.test(entry.name) && keep(path)) files.push(read(path, home))
  }
}

function isSource(path: string): boolean {
  return !/\.test\.ts$|\.test-support\.ts$|\.d\.ts$/.test(path)
}

function read(path: string, home: string): SourceFile {
  const text = readFileSync(path, 'utf8')
  const imports = Array.from(text.matchAll(IMPORT), (match) => match[1] ?? match[2] ?? match[3] ?? '')
  return { path: relative(ROOT, path), home, text, imports }
}
