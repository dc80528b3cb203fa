/** A request to destroy a session. Sending it again has no second effect, so it needs no operation id. */
import type { ClientUpFrame } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import type { WriteOptions } from '../gateway.js'
import { UnderstudyError } from '../understudy-error.js'
import type { Answer, RequestKind } from './request.js'
import type { Settle } from './save.js'

/** A destroy on its way. */
export class Destruction implements RequestKind {
  readonly answer = 'destroyed'
  readonly key: SessionKey
  readonly #options: WriteOptions
  readonly #settle: Settle

  constructor(key: SessionKey, options: WriteOptions, settle: Settle) {
    this.key = key
    this.#options = options
    this.#settle = settle
  }

  frame(request: number): ClientUpFrame {
    const { copies } = this.#options
    return { type: 'destroy', request, key: this.key, ...(copies !== undefined && { copies }) }
  }

  mayGo(): boolean {
    return true
  }

  isFinal(refusal: UnderstudyError): boolean {
    return !refusal.retryable || refusal.code === 'TOO_FEW_COPIES'
  }

  answered(answer: Answer): void {
    const copies = answer.type === 'destroyed' ? answer.copies : 0
    // The frame has no `required`: what it means is decided here.
    const tooFew = this.#options.required === true && copies < (this.#options.copies ?? 1)
    if (tooFew) this.#settle.reject(new UnderstudyError('TOO_FEW_COPIES', { copies }))
    else this.#settle.resolve({ copies })
  }

  failed(error: UnderstudyError): void {
    this.#settle.reject(error)
  }

  overdue(error: UnderstudyError): boolean {
    this.#settle.reject(error)
    return false
  }
}
