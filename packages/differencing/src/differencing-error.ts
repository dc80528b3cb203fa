/** The one error class of this package. Whatever is thrown has changed nothing. */

/** What went wrong: bytes that are no benchmark, bytes that are no digest. */
export type DifferencingErrorCode = 'BENCHMARK_MALFORMED' | 'DIGEST_MALFORMED'

/** An error of differencing; `code` is for programs, `message` tells a person what to do. */
export class DifferencingError extends Error {
  /** For programs. */
  readonly code: DifferencingErrorCode

  /** An error with a code, and perhaps with what caused it. */
  constructor(code: DifferencingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DifferencingError'
    this.code = code
  }
}
