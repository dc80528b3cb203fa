/** Asks a node for its status over HTTP, and checks that what answers is a node. */
import { z } from 'zod'
import { CommandError } from '../command-error.js'
import { systemCode } from '../system-code.js'

/** Longer than this no node takes for its status, in ms. */
const TIMEOUT = 5000

const amount = z.number().nonnegative()

/** Words that a node may have more of one day are text here: they are shown, not acted upon. */
const linkSchema = z.object({
  peer: z.string(),
  role: z.string(),
  state: z.string(),
  dirty: amount,
  inFlightBytes: amount,
  sentBytes: amount,
  receivedBytes: amount,
  deltasSent: amount,
  deltasReceived: amount,
  acknowledged: amount,
  sync: z.object({ done: amount, total: amount }).optional(),
  equal: z.boolean().optional(),
  lagMs: amount.optional(),
  lastError: z.string().optional(),
})

/** Parts that we do not know are passed over: a newer node may say more. */
const statusSchema = z.object({
  name: z.string(),
  role: z.string(),
  mode: z.string(),
  url: z.string(),
  uptimeMs: amount,
  sessions: amount,
  slots: z.object({ primary: amount, backup: amount }),
  epoch: amount,
  digest: z.string(),
  links: z.array(linkSchema).readonly(),
})

/** What we need of a node's status; `NodeStatus` of this version's node fits (a test holds it to that). */
export type KnownStatus = z.output<typeof statusSchema>

/** What we need of one of its links. */
export type KnownLink = KnownStatus['links'][number]

/** A node's answer: as it came, and as we understand it. */
export interface StatusAnswer {
  readonly raw: unknown
  readonly status: KnownStatus
}

/** The status of the node at `url` (ws or http). Throws `NODE_UNREACHABLE`, `NODE_REFUSED` or `NODE_FOREIGN`. */
export async function fetchStatus(url: string, token?: string): Promise<StatusAnswer> {
  const address = `${url.replace(/^ws/, 'http').replace(/\/+$/, '')}/status`
  const response = await ask(address, token)
  const body = await bodyOf(response)
  if (response.status === 401 || response.status === 403) throw refused(address, response.status, body, token)
  const checked = statusSchema.safeParse(body)
  if (response.ok && checked.success) return { raw: body, status: checked.data }
  const [issue] = checked.success ? [] : checked.error.issues
  const detail = response.ok
    ? `${issue?.path.join('.') || 'the answer'}: ${issue?.message}`
    : `HTTP status ${response.status}`
  throw new CommandError(
    'NODE_FOREIGN',
    `${address} does not answer as a node of Understudy (${detail}): check the address given with --node`,
  )
}

/** What a node answers to a command. */
const moved = z.object({ name: z.string(), rank: z.string() })

/** Sends the node at `url` a command of an operator. Throws as `fetchStatus`. */
export async function postCommand(url: string, command: string, token?: string): Promise<z.output<typeof moved>> {
  const address = `${url.replace(/^ws/, 'http').replace(/\/+$/, '')}/admin/${command}`
  const response = await ask(address, token, 'POST')
  const body = await bodyOf(response)
  if (response.status === 401 || response.status === 403) throw refused(address, response.status, body, token, 'admin')
  const checked = moved.safeParse(body)
  if (response.ok && checked.success) return checked.data
  const message = `${address} does not answer as a node of Understudy (HTTP status ${response.status}): check the address given with --node`
  throw new CommandError('NODE_FOREIGN', message)
}

async function ask(address: string, token: string | undefined, method = 'GET'): Promise<Response> {
  const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  try {
    // A redirect would carry the token to wherever it points.
    return await fetch(address, { method, headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) })
  } catch (error) {
    throw new CommandError(
      'NODE_UNREACHABLE',
      `cannot reach a node at ${address}: ${reasonOf(error)}; start one with 'understudy serve', or give another ` +
      'address with --node',
      { cause: error },
    )
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT / 1000} s`
  const code = systemCode(error)
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no host of that name'
  // fetch itself only says "fetch failed"; the cause knows more.
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return code ?? (cause instanceof Error ? cause.message : String(cause))
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function refused(address: string, httpStatus: number, body: unknown, token: string | undefined, role = 'read'): CommandError {
  const said = typeof body === 'object' && body !== null && 'error' in body ? `: ${String(body.error)}` : ''
  const advice = token === undefined ? `--token-file FILE with a token of role ${role}` : 'another token with --token-file'
  return new CommandError('NODE_REFUSED', `${address} refused (${httpStatus})${said}; give ${advice}`)
}
