/** The way in for apps: connect() makes a Store over WebSockets. */
import { openSocket, soon } from '#socket'
import type { Environment } from './environment.js'
import { realEnvironment } from './environment.js'
import type { OperationIds } from './operation-ids.js'
import type { ConnectOptions } from './options.js'
import { checkConnectOptions } from './options.js'
import { RemoteGateway } from './remote/remote-gateway.js'
import { Store } from './store.js'
import { UnderstudyError } from './understudy-error.js'

/**
 * Connects to a cluster: resolves as soon as one of the nodes has answered, and keeps connected from then on.
 * @throws UnderstudyError OPTION_INVALID, NOT_CONNECTED, UNAUTHORIZED, VERSION_MISMATCH (the promise rejects); STORE_CLOSED
 *   where its signal is aborted before
 */
export function connect(options: ConnectOptions): Promise<Store> {
  return connectIn(realEnvironment(openSocket, soon), options)
}

/**
 * The way to the nodes without a Store on top: for a node that reaches the others for its own app.
 * @param ids shared with the node's own way to its sessions
 * @param environment the real one, if it is not given
 * @throws as connect()
 */
export async function connectGateway(options: ConnectOptions, ids?: OperationIds, environment = realEnvironment(openSocket, soon)): Promise<RemoteGateway> {
  const gateway = new RemoteGateway(checkConnectOptions(options), environment, ids)
  await gateway.start()
  return gateway
}

/** As connect(), with clock, randomness, timers and sockets from outside: for tests and simulators. */
export async function connectIn(environment: Environment, options: ConnectOptions): Promise<Store> {
  const settings = checkConnectOptions(options)
  if (settings.signal?.aborted === true) throw new UnderstudyError('STORE_CLOSED', { message: 'The signal of connect() was aborted; nothing was opened.' })
  const gateway = new RemoteGateway(settings, environment)
  const store = new Store(gateway, settings.frozen)
  await gateway.start()
  return store
}
