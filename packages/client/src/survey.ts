/**
 * Asks all primaries, and joins their answers.
 *
 *   all slots ─► groups, one a primary ─► answer ─► done
 *                  ▲                        │ refused: these slots have another primary by now
 *                  └────────────────────────┘
 *
 * Invariants: an answer speaks of every slot exactly once; where some cannot be asked there is no answer but
 * SLOTS_UNREACHABLE, which names them: an incomplete one would be taken for a complete one.
 */
import type { ClientState } from '@understudy/protocol/client'
import { PAGE_LIMIT } from '@understudy/protocol/client'
import type { SessionKey, UserKey } from '@understudy/session'
import type { Gateway, WriteOptions } from './gateway.js'
import { slotOf } from './remote/placement.js'
import type { SlotAnswer } from './slot-query.js'
import { toUnderstudyError, UnderstudyError } from './understudy-error.js'

/** All slots. */
const SLOTS: readonly number[] = Array.from({ length: 256 }, (_, slot) => slot)

/** Sessions that are asked for at once. */
export interface PageOptions {
  /** Whose sessions; absent: everybody's. */
  readonly user?: UserKey
  /** Whether contents are wanted, too. */
  readonly contents: boolean
  /** Sessions on a page at most. Default: 1,000. */
  readonly pageSize?: number
}

/** What ending many sessions came to. */
export interface ClearResult {
  /** Sessions that were ended. */
  readonly destroyed: number
  /** Nodes, the primary included, that hold every one of their deaths; 1 where nothing was ended. */
  readonly copies: number
}

/** Some slots of one primary, and how far they were read. */
interface Part {
  readonly slots: readonly number[]
  readonly after?: SessionKey
}

/** Slots that could not be asked, and why not. */
class Unreachable {
  readonly #slots: number[] = []
  #cause: UnderstudyError | undefined

  /** Notes slots, if waiting and asking again is all that can help; else the error is the answer. */
  add(slots: readonly number[], thrown: unknown): void {
    const error = toUnderstudyError(thrown)
    if (!error.retryable) throw error
    this.#slots.push(...slots)
    this.#cause ??= error
  }

  /** @throws UnderstudyError SLOTS_UNREACHABLE if there are any */
  check(done: string): void {
    if (this.#cause === undefined) return
    const slots = this.#slots.sort((a, b) => a - b)
    const message = `${slots.length} of 256 slots could not be asked (${this.#cause.message}); ${done}. Try again when their nodes are back.`
    throw new UnderstudyError('SLOTS_UNREACHABLE', { message, slots, cause: this.#cause })
  }
}

/**
 * Living sessions of all slots, page by page: each that lives all the while comes once.
 *
 * @throws UnderstudyError SLOTS_UNREACHABLE after all others have come; UNAUTHORIZED, USERS_UNKNOWN…
 */
export async function* pages(gateway: Gateway, options: PageOptions): AsyncGenerator<{ keys: readonly SessionKey[]; states: readonly ClientState[] }> {
  const { user, contents, pageSize = 1_000 } = options
  const unreachable = new Unreachable()
  const parts: Part[] = (await groupsOf(gateway, SLOTS)).map((slots) => ({ slots }))
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const { slots, after } = part
    try {
      const query = { slots, contents, limit: Math.min(pageSize, PAGE_LIMIT), ...(user && { user }), ...(after && { after }) }
      const { keys, states, more, refused } = await gateway.list(query)
      const moved = await groupsOf(gateway, refused)
      parts.unshift(...moved.map((group) => ({ slots: group, ...(after && { after }) })))
      const last = keys.at(-1)
      if (more && last !== undefined) {
        const rest = slots.filter((slot) => slot >= slotOf(last) && !refused.includes(slot))
        parts.unshift({ slots: rest, after: last })
      }
      if (keys.length > 0) yield { keys, states }
    } catch (error) {
      unreachable.add(slots, error)
    }
  }
  unreachable.check('what came was all the others have')
}

/** How many living sessions there are. @throws as `pages` */
export async function countAll(gateway: Gateway, user: UserKey | undefined): Promise<number> {
  const unreachable = new Unreachable()
  const answers = await everywhere(gateway, unreachable, (slots) => gateway.count({ slots, ...(user && { user }) }))
  unreachable.check('there is no number without them')
  return answers.reduce((sum, { count }) => sum + count, 0)
}

/**
 * Ends all sessions, or all of a user.
 *
 * @throws as `pages`; what could be asked has ended all the same; TOO_FEW_COPIES: all have ended
 */
export async function clearAll(gateway: Gateway, user: UserKey | undefined, { copies, required }: WriteOptions): Promise<ClearResult> {
  const unreachable = new Unreachable()
  const query = { at: Math.floor(gateway.time()), ...(user && { user }), ...(copies !== undefined && { copies }) }
  const answers = await everywhere(gateway, unreachable, async (slots) => {
    let answer = await gateway.clear({ ...query, slots })
    for (let last = answer; last.more; ) {
      last = await gateway.clear({ ...query, slots: slots.filter((slot) => !last.refused.includes(slot)) })
      const refused = [...new Set([...answer.refused, ...last.refused])]
      answer = { count: answer.count + last.count, copies: leastCopies([answer, last]), refused, more: false }
    }
    return answer
  })
  const destroyed = answers.reduce((sum, { count }) => sum + count, 0)
  unreachable.check(`the ${destroyed} sessions that the others had are destroyed`)
  const held = leastCopies(answers) || 1
  if (required === true && destroyed > 0 && held < (copies ?? 1)) throw new UnderstudyError('TOO_FEW_COPIES', { copies: held })
  return { destroyed, copies: held }
}

/** Asks all primaries at once. */
async function everywhere<A extends SlotAnswer>(gateway: Gateway, unreachable: Unreachable, ask: (slots: readonly number[]) => Promise<A>): Promise<A[]> {
  const answers: A[] = []
  const askGroup = async (slots: readonly number[]): Promise<void> => {
    try {
      const answer = await ask(slots)
      answers.push(answer)
      await Promise.all((await groupsOf(gateway, answer.refused)).map(askGroup))
    } catch (error) {
      unreachable.add(slots, error)
    }
  }
  await Promise.all((await groupsOf(gateway, SLOTS)).map(askGroup))
  return answers
}

async function groupsOf(gateway: Gateway, slots: readonly number[]): Promise<readonly (readonly number[])[]> {
  return slots.length === 0 ? [] : gateway.slotGroups(slots)
}

/** The fewest copies of those answers that ended anything; 0 without one. */
function leastCopies(answers: readonly { readonly count: number; readonly copies: number }[]): number {
  const counted = answers.filter(({ count }) => count > 0).map(({ copies }) => copies)
  return counted.length === 0 ? 0 : Math.min(...counted)
}
