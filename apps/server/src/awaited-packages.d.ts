/**
 * What this app uses of packages that are still being written, as the contract promises it.
 * DELETE THIS FILE when @understudy/node and @understudy/client export these names themselves.
 */
import '@understudy/client'
import '@understudy/node'

declare module '@understudy/node' {
  export interface NodeLogger {
    debug(fields: object, message: string): void
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }

  export interface NodeOptions {
    readonly name: string
    readonly listen?: string
    readonly advertise?: string
    readonly role?: 'member' | 'backup'
    readonly peers?: Readonly<Record<string, string>>
    readonly mode?: 'benchmark' | 'immutable'
    readonly benchmark?: 'retained' | 'asked'
    readonly backups?: number
    readonly copies?: number
    readonly access?: Access
    readonly window?: number
    readonly log?: NodeLogger
  }

  export interface Node {
    readonly url: string
    close(): Promise<void>
  }

  export function createNode(options: NodeOptions): Promise<Node>

  export interface NodeStatus {
    readonly name: string
    readonly role: 'member' | 'backup'
    readonly mode: 'benchmark' | 'immutable'
    readonly url: string
    readonly startedAt: number
    readonly uptimeMs: number
    readonly sessions: number
    readonly slots: { readonly primary: number; readonly backup: number }
    readonly epoch: number
    readonly links: readonly LinkStatus[]
    readonly counters: Readonly<Record<string, number>>
  }

  export interface LinkStatus {
    readonly peer: string
    readonly role: 'member' | 'backup'
    readonly state: 'connecting' | 'greeting' | 'open' | 'lost'
    readonly dirty: number
    readonly inFlightBytes: number
    readonly sentBytes: number
    readonly receivedBytes: number
    readonly deltasSent: number
    readonly deltasReceived: number
    readonly acked?: number | undefined
    readonly sync?: { readonly done: number; readonly total: number } | undefined
    readonly equal?: boolean | undefined
    readonly lagMs?: number | undefined
    readonly lastError?: string | undefined
  }

  export interface TokenEntry {
    readonly role: 'read' | 'write' | 'admin'
    readonly sha256: string
    readonly name?: string
    readonly expires?: string
  }

  export class AccessError extends Error {
    readonly code: string
  }

  export class Access {
    constructor(options: { tokens?: readonly TokenEntry[]; peerSecret?: string; origins?: readonly string[] })
    static loopbackOnly(options?: { origins?: readonly string[] }): Access
    readonly isLoopbackOnly: boolean
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

declare module '@understudy/client' {
  export interface ClientSession {
    get(name: string): unknown
    names(): Iterable<string>
    set(name: string, value: string | number): void
    remove(name: string): void
    freeze(name: string): void
    increment(name: string, by?: number): void
    save(): Promise<{ readonly copies: number }>
    close(): void | Promise<void>
  }

  export interface Store {
    open(id: string, terms?: { readonly idleTimeout?: number }): Promise<ClientSession>
    find(id: string): Promise<ClientSession | undefined>
    destroy(id: string): Promise<unknown>
    close(): Promise<void>
  }

  export function connect(options: { readonly nodes: readonly string[]; readonly token?: string }): Promise<Store>
}
