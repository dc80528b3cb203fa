/** Where a node writes what happens: the part of pino's interface that it uses. Session ids never reach it; keys do. */

/** Structured log lines: an object of fields, then a sentence. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const nothing = (): void => {}

/** Writes nothing: the default of an embedded node. */
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
