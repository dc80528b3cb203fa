/** The options of a node: what there is, what holds when nothing is said, and what is refused. */
import { checkFrozenNames } from '@understudy/client'
import type { FrozenName, FrozenNames, OpenSocket } from '@understudy/client'
import type { BenchmarkSource } from '@understudy/differencing'
import type { SessionLimits } from '@understudy/session'
import type { Durability, Storage, StorageOptions } from '@understudy/storage'
import { Access } from './access/access.js'
import type { Dial } from './byte-socket.js'
import { dialWebSocket } from './byte-socket.js'
import { realEnvironment } from './environment.js'
import type { Environment } from './environment.js'
import { Doors } from './http/doors.js'
import type { DoorsOptions, Front } from './http/doors.js'
import { parseAddress } from './listening.js'
import type { Address } from './listening.js'
import { silent } from './log.js'
import type { Log } from './log.js'
import { NodeError } from './node-error.js'
import { isUserAttribute } from './user-attribute.js'

/** What `createNode` takes. Only `name` must be given. */
export interface NodeOptions {
  /** Name of the node, unique among its peers: letters, digits, `.`, `_`, `-`; at most 64. */
  readonly name: string
  /** `host:port`; port 0 lets the system choose. Default `127.0.0.1:0`. */
  readonly listen?: string | undefined
  /** ws URL by which clients and peers reach this node. Default: the address it listens on. */
  readonly advertise?: string | undefined
  /** `backup` makes a dedicated back-up, which never is primary. Default `member`. */
  readonly role?: 'member' | 'backup' | undefined
  /** Other nodes: name → ws URL. */
  readonly peers?: Readonly<Record<string, string>> | undefined
  /** How deltas are made. Default `benchmark`. */
  readonly mode?: 'benchmark' | 'immutable' | undefined
  /** Where benchmarks are kept: by this primary, asked of the back-up, or a source elsewhere. Default `retained`. */
  readonly benchmark?: 'retained' | 'asked' | BenchmarkSource | undefined
  /** Members that back up a slot, beside its primary. Default 2. */
  readonly backups?: number | undefined
  /** Copies a save waits for when it does not say, this node's included. Default 2. */
  readonly copies?: number | undefined
  /** Folder to keep sessions in, which must be this node's alone. Default: none, sessions live in memory. */
  readonly data?: string | undefined
  /** How safe a change must be on this node's disk before it counts as held. Default `flushed`. */
  readonly durability?: Durability | undefined
  /** With a disk: living sessions kept in memory at most; others are read when they are asked for. Default 100,000. */
  readonly warmSessions?: number | undefined
  /** Sessions that are all kept ready for use; of more, those that nobody uses come to rest. Default 4,096. */
  readonly restBeyond?: number | undefined
  /** Who may connect. Default: this machine only, without tokens. */
  readonly access?: Access | undefined
  /** Bytes in flight to a back-up at most. Default 1 MiB. */
  readonly window?: number | undefined
  /** Benchmarks retained for a back-up at most; further ones are asked for. Default 65,536. */
  readonly retainedBenchmarks?: number | undefined
  /** Live Yjs documents kept at most. Default 1,000. */
  readonly liveDocuments?: number | undefined
  /** Limits of a session. */
  readonly limits?: SessionLimits | undefined
  /** ms between hand-outs of coalesced touches. Default 1,000. */
  readonly touchInterval?: number | undefined
  /** ms a save waits for copies at most. Default 2,000. */
  readonly copiesTimeout?: number | undefined
  /** ms to wait at the start for configured peers. Default 3,000. */
  readonly peerWait?: number | undefined
  /** ms a death marker is kept. Default 24 hours. */
  readonly deathRetention?: number | undefined
  /** Death markers kept at most, over all slots: beyond it the oldest go early, those of expired sessions first. Default 250,000. */
  readonly deathLimit?: number | undefined
  /** Whether members take over the slots of a member that is lost; alike on all of them. Default true. */
  readonly takeOver?: boolean | undefined
  /** What both sides of a split may do: `available`: write, and merge when it heals; `consistent`: only the majority writes, and a save counts once most holders of its slot have it. Default `available`. */
  readonly partition?: 'available' | 'consistent' | undefined
  /**
   * What names a session’s user, for `store.sessionsOf` and `destroyAllOf`: an attribute, or, with dots, a member of an object in one
   * (`passport.user`); as a list, steps that may hold dots themselves. Alike on all nodes. Default: none.
   */
  readonly userAttribute?: string | readonly string[] | undefined
  /** Attributes that `node.store` freezes with the first save that gives them a value: names, patterns with `*`, regular expressions. */
  readonly frozen?: readonly FrozenName[] | undefined
  /** Where to write what happens. Default: nowhere. */
  readonly log?: Log | undefined
  /** Folder of the inspector's files, served at `/inspector/`: `folder` of `@understudy/inspector`. Default: none. */
  readonly inspector?: string | undefined
  /** Attributes whose values the inspector never shows, beside `password`, `token`, `secret` and the like: whatever contains one of these. */
  readonly inspectorDeny?: readonly string[] | undefined
  /** Time and chance; for tests and simulators. */
  readonly environment?: Environment | undefined
  /** How other nodes are reached; for tests and simulators. */
  readonly dial?: Dial | undefined
  /** How an app in this process reaches sessions of other nodes, in the node's own time; for tests and simulators. */
  readonly openSocket?: OpenSocket | undefined
  /** Where this node is reached, in place of an HTTP port; for tests and simulators. */
  readonly front?: ((leads: DoorsOptions) => Front) | undefined
  /** What to keep sessions on, in place of a folder; for tests and simulators. */
  readonly storage?: ((options: StorageOptions) => Promise<Storage>) | undefined
}

/** Options with every default filled in. */
export type ResolvedOptions = { readonly [K in keyof Required<Omit<NodeOptions, 'listen' | 'userAttribute' | 'frozen' | OptionalName>>]: Exclude<NodeOptions[K], undefined> } & {
  readonly address: Address
  readonly userAttribute: readonly string[] | undefined
  readonly frozen: FrozenNames
} & Pick<{ readonly [K in keyof NodeOptions]-?: NodeOptions[K] | undefined }, OptionalName>

/** Options for which nothing holds when nothing is said. */
type OptionalName = 'advertise' | 'limits' | 'data' | 'storage' | 'inspector' | 'openSocket'

const KNOWN: ReadonlySet<string> = new Set([
  'name', 'listen', 'advertise', 'role', 'peers', 'mode', 'benchmark', 'backups', 'copies', 'access', 'window', 'retainedBenchmarks',
  'liveDocuments', 'limits', 'touchInterval', 'copiesTimeout', 'peerWait', 'deathRetention', 'deathLimit', 'takeOver', 'partition', 'frozen', 'log', 'environment', 'dial', 'openSocket',
  'data', 'durability', 'warmSessions', 'restBeyond', 'storage', 'front', 'userAttribute', 'inspector', 'inspectorDeny',
])

/**
 * Checks options and fills in defaults.
 *
 * @throws NodeError OPTION_INVALID, ADDRESS_INVALID
 */
export function resolveOptions(options: NodeOptions): ResolvedOptions {
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) throw invalid(`there is no option "${name}"`)
  }
  if (!/^[\w.-]{1,64}$/.test(options.name)) throw invalid(`"${options.name}" is no name for a node; use up to 64 letters, digits, ".", "_", "-"`)
  const peers = options.peers ?? {}
  if (Object.hasOwn(peers, options.name)) throw invalid(`node "${options.name}" is listed among its own peers; names must be unique`)
  for (const [name, url] of Object.entries(peers)) checkUrl(`peer "${name}"`, url)
  if (options.data === '') throw invalid('data is ""; name a folder, or leave it out to keep sessions in memory')
  if (options.advertise !== undefined) checkUrl('advertise', options.advertise)
  return {
    name: options.name,
    address: parseAddress(options.listen ?? '127.0.0.1:0'),
    advertise: options.advertise,
    role: choice('role', options.role ?? 'member', ['member', 'backup']),
    peers,
    mode: choice('mode', options.mode ?? 'benchmark', ['benchmark', 'immutable']),
    benchmark: options.benchmark ?? 'retained',
    backups: whole('backups', options.backups ?? 2, 0, 16),
    copies: whole('copies', options.copies ?? 2, 1, 17),
    data: options.data,
    durability: choice('durability', options.durability ?? 'flushed', ['memory', 'committed', 'flushed']),
    warmSessions: whole('warmSessions', options.warmSessions ?? 100_000, 1, 1e9),
    restBeyond: whole('restBeyond', options.restBeyond ?? 4_096, 0, 1e9),
    storage: options.storage,
    access: options.access ?? Access.loopbackOnly(),
    window: whole('window', options.window ?? 1024 * 1024, 4_096, 1 << 30),
    retainedBenchmarks: whole('retainedBenchmarks', options.retainedBenchmarks ?? 65_536, 0, 1e9),
    liveDocuments: whole('liveDocuments', options.liveDocuments ?? 1_000, 1, 1e9),
    limits: options.limits,
    touchInterval: whole('touchInterval', options.touchInterval ?? 1_000, 1, 3_600_000),
    copiesTimeout: whole('copiesTimeout', options.copiesTimeout ?? 2_000, 1, 3_600_000),
    peerWait: whole('peerWait', options.peerWait ?? 3_000, 0, 3_600_000),
    deathRetention: whole('deathRetention', options.deathRetention ?? 86_400_000, 1_000, Number.MAX_SAFE_INTEGER),
    deathLimit: whole('deathLimit', options.deathLimit ?? 250_000, 256, Number.MAX_SAFE_INTEGER),
    takeOver: options.takeOver ?? true,
    partition: choice('partition', options.partition ?? 'available', ['available', 'consistent']),
    userAttribute: userPath(options.userAttribute),
    inspector: options.inspector,
    inspectorDeny: options.inspectorDeny ?? [],
    frozen: frozenNames(options.frozen),
    log: options.log ?? silent,
    environment: options.environment ?? realEnvironment,
    dial: options.dial ?? dialWebSocket,
    openSocket: options.openSocket,
    front: options.front ?? ((leads) => new Doors(leads)),
  }
}

function frozenNames(given: unknown): FrozenNames {
  try {
    return checkFrozenNames(given)
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw invalid(`${name} is ${value}; it must be a whole number from ${least} to ${most}`)
}

function choice<T extends string>(name: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value
  throw invalid(`${name} is "${value}"; it must be one of ${choices.join(', ')}`)
}

function userPath(given: string | readonly string[] | undefined): readonly string[] | undefined {
  if (given === undefined) return undefined
  if (!isUserAttribute(given)) {
    throw invalid(`userAttribute is ${JSON.stringify(given)}, which names no attribute: use 1 to 256 bytes a step, and not __proto__, constructor or prototype`)
  }
  return typeof given === 'string' ? given.split('.') : given
}

function checkUrl(name: string, url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined
  if (protocol !== 'ws:' && protocol !== 'wss:') throw invalid(`${name} has the URL "${url}"; it must begin with ws:// or wss://`)
}

function invalid(message: string): NodeError {
  return new NodeError('OPTION_INVALID', message)
}
