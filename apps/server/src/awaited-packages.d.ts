/**
 * What packages/node/src/access has and the package's index does not export yet.
 * DELETE THIS FILE, and test-support/node-access.ts with the `vi.mock` lines that name it, when it does.
 */
import '@understudy/node'

declare module '@understudy/node' {
  export interface TokenEntry {
    readonly role: 'read' | 'write' | 'admin'
    readonly sha256: string
    readonly name?: string
    readonly expires?: string
  }

  export class AccessError extends Error {
    readonly code: string
  }

  export function readTokenFile(path: string): Promise<{
    readonly tokens: readonly TokenEntry[]
    readonly peerSecret?: string
    readonly warnings: readonly string[]
  }>
  export function isLoopbackHost(host: string): boolean
  export function newToken(): string
  export function tokenHashHex(token: string): string
}
