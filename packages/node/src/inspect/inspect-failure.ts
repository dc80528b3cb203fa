/** A request of an inspector that comes to nothing: told to who asked, with a code of the inspect link. */
import type { InspectCode } from '@understudy/protocol/inspect'

/** Why a request comes to nothing. */
export class InspectFailure extends Error {
  readonly code: InspectCode | (string & {})
  /** The node that could do it. */
  readonly node: string | undefined

  constructor(code: InspectFailure['code'], message: string, { node, cause }: { readonly node?: string | undefined; readonly cause?: unknown } = {}) {
    super(message, { cause })
    this.name = 'InspectFailure'
    this.code = code
    this.node = node
  }
}
