/** `understudy token`: makes a token and the entry that lets it in. */
import { newToken, tokenHashHex } from '@understudy/node'
import { readOptions } from '../options/read-options.js'
import type { Surroundings } from '../surroundings.js'
import { tokenDeclared } from './token-options.js'

/** Prints a new token, once: only its hash is for keeping on nodes. */
export async function token(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { values } = readOptions(tokenDeclared, args, surroundings.env)
  const fresh = newToken()
  const { role, name, expires } = values
  const entry = { name, role, sha256: tokenHashHex(fresh), ...(expires === undefined ? {} : { expires }) }
  surroundings.out(
    values.json
      ? `${JSON.stringify({ token: fresh, entry })}\n`
      : `token, for whoever connects (it is not shown again):\n  ${fresh}\n` +
          `entry for "tokens" in the nodes' token file:\n  ${JSON.stringify(entry)}\n` +
          `or, as the secret that nodes show each other, in the file of every node:\n  "peerSecret": "${fresh}"\n`,
  )
  return 0
}
