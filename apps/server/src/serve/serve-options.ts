/**
 * The options of `understudy serve`: what each is called, what it takes, and the one schema that checks them
 * together.
 */
import { hostname } from 'node:os'
import { z } from 'zod'
import { bytes, choice, flag, isUrl, matching, show, text, url, wholeNumber } from '../options/fields.js'
import type { Declared, OptionTable } from '../options/option.js'
import { SAYS_WHAT_TO_DO } from '../options/read-options.js'
import { checkTogether } from './serve-rules.js'

const NAME = /^[\w.-]{1,64}$/
const NODE_URL = 'a node’s address, ws://HOST:PORT or wss://HOST:PORT'

/** The names in `peer` are checked here, with their addresses; whether one is this node's own, in serve-rules.ts. */
const peers = z
  .union([z.array(z.string()), z.record(z.string(), z.string())], {
    error: (issue) => `${show(issue.input)} is not a list of NAME=URL`,
  })
  .transform((given, context) => {
    const pairs = Array.isArray(given) ? given.map(splitPeer) : Object.entries(given)
    const known = new Map<string, string>()
    for (const [name, address] of pairs) {
      const fault = peerFault(name, address, known)
      if (fault !== undefined) {
        context.addIssue({ code: 'custom', ...fault })
        return z.NEVER
      }
      known.set(name, address)
    }
    return Object.fromEntries(known)
  })

function splitPeer(pair: string): readonly [name: string, address: string] {
  const at = pair.indexOf('=')
  return at < 0 ? ['', pair] : [pair.slice(0, at), pair.slice(at + 1)]
}

function peerFault(name: string, address: string, known: ReadonlyMap<string, string>) {
  if (!NAME.test(name))
    return {
      message: `'${name === '' ? address : name}' is not NAME=URL with a name of letters, digits, '.', '_' and '-'`,
    }
  if (!isUrl(address, ['ws:', 'wss:'])) return { message: `'${address}' of peer '${name}' is not ${NODE_URL}` }
  if (!known.has(name)) return undefined
  return { message: `the name '${name}' is there twice: give each peer once`, params: SAYS_WHAT_TO_DO }
}

const schema = z
  .object({
    name: matching(NAME, `a name of 1 to 64 letters, digits, '.', '_' and '-'`).prefault(defaultName),
    listen: matching(/^(?:\[[\da-fA-F:.]+\]|[^\s:[\]/]+):\d{1,5}$/, 'HOST:PORT')
      .refine((value) => portOf(value) < 65_536, {
        error: (issue) => `${show(issue.input)} is not HOST:PORT with a port below 65536`,
      })
      .default('127.0.0.1:4400'),
    advertise: url(['ws:', 'wss:'], NODE_URL).optional(),
    data: text('a folder').optional(),
    memory: flag().optional(),
    durability: choice(['memory', 'committed', 'flushed']).optional(),
    peer: peers.default({}),
    role: choice(['member', 'backup']).default('member'),
    mode: choice(['benchmark', 'immutable']).default('benchmark'),
    benchmark: matching(/^(?:retained|asked|https?:\/\/\S+)$/, 'retained, asked, or the address of a server of benchmarks').optional(),
    backups: wholeNumber(0, 16).default(2),
    copies: wholeNumber(1, 17).optional(),
    window: bytes(4096, 1024 ** 3).default(1024 ** 2),
    partition: choice(['available', 'consistent']).default('available'),
    takeOver: flag().default(true),
    tokens: text('a file').optional(),
    origin: z
      .array(url(['http:', 'https:'], 'an origin, http://HOST:PORT or https://HOST'), {
        error: (issue) => `${show(issue.input)} is not a list of origins`,
      })
      .default([]),
    config: text('a file').optional(),
    logLevel: choice(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
    logFormat: choice(['json', 'text']).default('json'),
    stopWithParent: flag().default(false),
  })
  .superRefine(checkTogether)

/** The options of `serve`, checked. */
export type ServeOptions = z.output<typeof schema>

const table = {
  name: {
    kind: 'value',
    takes: 'NAME',
    example: 'a',
    help: 'this node’s name, its own among all nodes',
    byDefault: 'the host’s name',
  },
  listen: {
    kind: 'value',
    takes: 'HOST:PORT',
    example: '127.0.0.1:4400',
    help: 'where to listen; port 0 takes a free one',
    byDefault: '127.0.0.1:4400',
  },
  advertise: {
    kind: 'value',
    takes: 'URL',
    example: 'ws://10.0.0.7:4400',
    help: 'the address by which others reach this node',
    byDefault: 'from --listen',
  },
  peer: { kind: 'list', takes: 'NAME=URL', example: 'b=ws://127.0.0.1:4401', help: 'another node; repeat for each' },
  role: {
    kind: 'value',
    takes: 'ROLE',
    example: 'backup',
    help: 'member, or backup: never becomes primary by itself',
    byDefault: 'member',
  },
  mode: {
    kind: 'value',
    takes: 'MODE',
    example: 'immutable',
    help: 'differencing: benchmark or immutable',
    byDefault: 'benchmark',
  },
  benchmark: {
    kind: 'value',
    takes: 'WHERE',
    example: 'asked',
    help: "where benchmarks are: retained here, asked of the back-up, or at 'understudy benchmarks', by http://…",
    byDefault: 'retained',
  },
  backups: { kind: 'value', takes: 'N', example: '2', help: 'how many back-ups a slot has', byDefault: '2' },
  copies: {
    kind: 'value',
    takes: 'N',
    example: '2',
    help: 'how many nodes must hold a save before it resolves',
    byDefault: '2, or 1 without back-ups',
  },
  window: {
    kind: 'value',
    takes: 'BYTES',
    example: '1M',
    help: 'most bytes in flight to one back-up',
    byDefault: '1M',
  },
  partition: {
    kind: 'value',
    takes: 'WHICH',
    example: 'consistent',
    help: 'what a split allows: available: both sides write, and merge; consistent: only the majority',
    byDefault: 'available',
  },
  takeOver: {
    kind: 'value',
    takes: 'YES|NO',
    example: 'no',
    help: 'whether to take over the slots of members that are lost; all members alike',
    byDefault: 'yes',
  },
  data: {
    kind: 'value',
    takes: 'FOLDER',
    example: './data/a',
    help: 'keep sessions on disk in this folder, which is this node’s alone',
    byDefault: 'in memory',
  },
  durability: {
    kind: 'value',
    takes: 'LEVEL',
    example: 'flushed',
    help: 'with --data, when a save is safe here: memory, committed or flushed',
    byDefault: 'flushed',
  },
  memory: { kind: 'flag', example: 'true', help: 'keep sessions in memory: a restarted node is filled by the others' },
  tokens: {
    kind: 'value',
    takes: 'FILE',
    example: 'tokens.json',
    help: 'who may connect; without it, this machine only',
  },
  origin: {
    kind: 'list',
    takes: 'URL',
    example: 'https://app.example',
    help: 'an origin whose pages may connect; repeat for each',
    byDefault: 'the node’s own',
  },
  config: { kind: 'value', takes: 'FILE', example: 'understudy.json', help: 'JSON file with any of these options' },
  logLevel: {
    kind: 'value',
    takes: 'LEVEL',
    example: 'info',
    help: 'silent, fatal, error, warn, info, debug or trace',
    byDefault: 'info',
  },
  logFormat: { kind: 'value', takes: 'FORMAT', example: 'json', help: 'json, or text for people', byDefault: 'json' },
  stopWithParent: {
    kind: 'flag',
    example: 'true',
    help: 'tell the parent process the URL over IPC, and stop when it goes',
  },
} as const satisfies OptionTable<keyof ServeOptions>

/** How `serve` is called. */
export const serveDeclared: Declared<(typeof schema)['shape']> = { command: 'serve', table, schema, isDeployed: true }

/** The port in HOST:PORT. */
export function portOf(listen: string): number {
  return Number(listen.slice(listen.lastIndexOf(':') + 1))
}

/** The host in HOST:PORT, IPv6 addresses without brackets. */
export function hostOf(listen: string): string {
  return listen.slice(0, listen.lastIndexOf(':')).replaceAll(/[[\]]/g, '')
}

/** The host's name, as far as it is a node's name. */
function defaultName(): string {
  return (
    hostname()
      .replaceAll(/[^\w.-]/g, '-')
      .slice(0, 64) || 'node'
  )
}
