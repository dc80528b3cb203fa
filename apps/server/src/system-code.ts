/** Finds the operating system's word for a failure under the errors that libraries wrap it in. */

/** The system's code (`EADDRINUSE`) of an error or of what caused it. */
export function systemCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined
  if ('syscall' in error && 'code' in error && typeof error.code === 'string') return error.code
  const causes: readonly unknown[] = error instanceof AggregateError ? [error.cause, ...error.errors] : [error.cause]
  for (const cause of causes) {
    const code = systemCode(cause, depth + 1)
    if (code !== undefined) return code
  }
  return undefined
}
