/**
 * What `@understudy/node` does not export yet, for `vi.mock`.
 * DELETE THIS FILE, and the `vi.mock` lines that name it, together with awaited-packages.d.ts.
 */
export { AccessError } from '../../../../packages/node/src/access/access-error.js'
export { isLoopbackHost } from '../../../../packages/node/src/access/loopback.js'
export { newToken, tokenHashHex } from '../../../../packages/node/src/access/token.js'
export { readTokenFile } from '../../../../packages/node/src/access/token-file.js'
