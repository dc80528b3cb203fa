/** Turns what the operating system says of a port into what to do. */
import { CommandError } from '../command-error.js'
import { systemCode } from '../system-code.js'
import { hostOf, portOf } from './serve-options.js'

/** The error to end with when a node could not listen at `listen`; undefined when `error` is not about that. */
export function listenError(error: unknown, listen: string): CommandError | undefined {
  const host = listen.slice(0, listen.lastIndexOf(':'))
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new CommandError(
        'PORT_IN_USE',
        `cannot listen on ${listen}: the port is in use; stop what uses it or take another, for example --listen ` +
        `${host}:${otherPort(listen)}`,
        { cause: error },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CommandError(
        'ADDRESS_UNUSABLE',
        `cannot listen on ${listen}: ${hostOf(listen)} is no address of this machine; try --listen ` +
        `127.0.0.1:${portOf(listen)}`,
        { cause: error },
      )
    case 'EACCES':
      return new CommandError(
        'ADDRESS_UNUSABLE',
        `cannot listen on ${listen}: this user may not; take a port above 1023, for example --listen ${host}:4400`,
        { cause: error },
      )
    default:
      return undefined
  }
}

function otherPort(listen: string): number {
  const port = portOf(listen)
  return port < 65_535 ? port + 1 : 4400
}
