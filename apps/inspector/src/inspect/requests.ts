/** What was asked of the node and not answered yet. Each request gets one answer; when the link goes, all fail. */
import type { InspectDownFrame, InspectRequest } from '@understudy/protocol/inspect'

/** Types of the answers, by type of request. */
interface Answers {
  watchCluster: 'done'
  watchFlow: 'done'
  watchSession: 'session'
  unwatch: 'done'
  query: 'counted'
  page: 'page'
  look: 'session'
  compare: 'compared'
  reveal: 'revealed'
  act: 'acted'
  demo: 'demonstrated'
  ping: 'pong'
}

/** A kind of request. */
export type RequestType = keyof Answers

/** A request without its number. */
export type Asked<T extends RequestType> = Omit<Extract<InspectRequest, { readonly type: T }>, 'request'> & { readonly type: T }

/** The frame that answers a kind of request. */
export type Answer<T extends RequestType> = Extract<InspectDownFrame, { readonly type: Answers[T] }>

/** A request that came to nothing. `code` is one of INSPECT_CODES, of the node's, or `NOT_CONNECTED`. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure'

  constructor(
    readonly code: string,
    message: string,
    /** Node that can do it, where the one asked cannot. */
    readonly node?: string,
  ) {
    super(message)
  }
}

interface Waiting {
  readonly answered: (frame: InspectDownFrame) => void
  readonly failed: (failure: RequestFailure) => void
}

/** The requests of one link. */
export class Requests {
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  /** Takes a number for a request; `send` hands it over. Rejects with RequestFailure. */
  ask<T extends RequestType>(asked: Asked<T>, send: (frame: InspectRequest) => void): Promise<Answer<T>> {
    const request = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { answered: (frame) => resolve(frame as Answer<T>), failed: reject })
      send({ ...asked, request } as unknown as InspectRequest)
    })
  }

  /** Takes a frame of the node; false when it answers nothing that waits. */
  answered(frame: InspectDownFrame): boolean {
    const request = 'request' in frame ? frame.request : undefined
    const waiting = request === undefined ? undefined : this.#waiting.get(request)
    if (request === undefined || waiting === undefined) return false
    this.#waiting.delete(request)
    if (frame.type === 'failed') waiting.failed(new RequestFailure(frame.code, frame.message, frame.node))
    else waiting.answered(frame)
    return true
  }

  /** Fails all, because the link is gone. */
  fail(why: string): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const one of waiting) one.failed(new RequestFailure('NOT_CONNECTED', why))
  }
}
