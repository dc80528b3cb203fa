/**
 * `/inspector/`: the files of the browser app, as they were built. They hold no data and no secrets: whoever may talk to
 * the node at all may load them, and only `/inspect` asks for a token.
 *
 * Invariants: nothing outside the folder is ever read, whatever the path or a link in the folder says; the page may load
 * from and connect to its own origin only; what has a hash in its name is kept for a year, the rest is asked for anew.
 */
import { readFile, realpath, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'

/** Where the app begins. */
export const INSPECTOR_PATH = '/inspector/'

/** Letters, digits, `-`, `_` and `.` in each part, and no part that begins with a point: no way up, nothing hidden. */
const SAFE_PATH = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/

/** Names as Vite makes them: something, a hash, an extension. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** Whether a path is one of the app's. */
export function isInspectorPath(path: string): boolean {
  return path.startsWith(INSPECTOR_PATH) || `${path}/` === INSPECTOR_PATH
}

/** Serves the files of one folder. */
export class InspectorFiles {
  readonly #folder: string

  /** @param folder that the app was built into; it may come to be later */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Answers a GET or HEAD of a path of the app's. */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (!path.startsWith(INSPECTOR_PATH)) return end(response, 308, { location: INSPECTOR_PATH })
    const name = path.slice(INSPECTOR_PATH.length) || 'index.html'
    const type = TYPES[extname(name)]
    const file = SAFE_PATH.test(name) && type !== undefined ? await this.#find(name) : undefined
    if (file === undefined || type === undefined) return end(response, 404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, missing(name))
    const caching = HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache'
    const headers = { ...HEADERS, 'cache-control': caching, etag: file.tag }
    if (request.headers['if-none-match'] === file.tag) return end(response, 304, headers)
    const body = await readFile(file.path)
    return end(response, 200, { ...headers, 'content-type': type, 'content-length': body.length }, request.method === 'HEAD' ? undefined : body)
  }

  /** A file in the folder, links followed. */
  async #find(name: string): Promise<{ readonly path: string; readonly tag: string } | undefined> {
    try {
      const folder = await realpath(this.#folder)
      const path = await realpath(join(folder, name))
      const found = await stat(path)
      if (!path.startsWith(folder + sep) || !found.isFile()) return undefined
      return { path, tag: `"${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}"` }
    } catch (error) {
      if (isAbsence(error)) return undefined
      throw error
    }
  }
}

/** What is said where the app is not: on the page itself, what to do. */
function missing(name: string): string {
  return name === 'index.html' ? 'The inspector is not built: run "npm run build", or install @understudy/inspector.\n' : 'There is no such file.\n'
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG' || error.code === 'ELOOP')
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string | number>>, body?: string | Uint8Array): void {
  response.writeHead(status, { ...headers })
  response.end(body)
}
