/** What nodes under test wrote to their logs. */
import type { Log } from '@understudy/node'

/** A log whose lines can be looked up. */
export class Lines implements Log {
  /** All lines so far, level first. */
  readonly all: string[] = []
  debug = (_: object, message: string): void => void this.all.push(`debug ${message}`)
  info = (_: object, message: string): void => void this.all.push(`info ${message}`)
  warn = (_: object, message: string): void => void this.all.push(`warn ${message}`)
  error = (_: object, message: string): void => void this.all.push(`error ${message}`)
}
