/**
 * Stands in for `@understudy/node` until it exports access itself.
 * DELETE THIS FILE, and the `vi.mock` lines that name it, together with awaited-packages.d.ts.
 */
export { Access } from '../../../../packages/node/src/access/access.js'
export { AccessError } from '../../../../packages/node/src/access/access-error.js'
export { isLoopbackHost } from '../../../../packages/node/src/access/loopback.js'
export { newToken, tokenHashHex } from '../../../../packages/node/src/access/token.js'
export { readTokenFile } from '../../../../packages/node/src/access/token-file.js'
export const createNode = undefined
