/** Servers of others, from this machine's own packages. */
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { NotAvailable } from '../measurement.js'

/**
 * Installs a Debian package where that is possible without asking anyone.
 *
 * @param isThere whether what is needed of it is there
 * @throws NotAvailable when it is not installed and this process may not install it
 */
export function requirePackage(name: string, isThere: () => boolean): void {
  if (isThere()) return
  const command = `apt-get install --yes --no-install-recommends ${name}`
  if (process.getuid?.() !== 0) throw new NotAvailable(`${name} is not installed; type: sudo ${command}`)
  try {
    execFileSync('sh', ['-c', `(apt-get update && ${command}) 2>&1`], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'pipe' })
  } catch {
    throw new NotAvailable(`${name} could not be installed; see what this says: ${command}`)
  }
  if (!isThere()) throw new NotAvailable(`${name} is installed but does not have what is needed of it`)
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
