/**
 * A session's id, sealed under a secret of the app, so that sessions can carry it past nodes that must not know it: for
 * listings, which nodes can give by key only.
 *
 * AES-256-GCM with an IV that follows from the id (so the same id is sealed alike each time). A seal counts only on the
 * session whose key it leads to: nobody can move it to another.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { sessionKey } from '@understudy/client'
import type { SessionKey, Value } from '@understudy/client'
import { invalid } from './adapter-options.js'

/** Name of the attribute that holds a sealed id. */
export const SEALED_ID = 'understudy.id'

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * The seal that the option `idSecret` asks for; undefined where it is not given.
 * @param prefix stands before each id
 * @throws UnderstudyError OPTION_INVALID
 */
export function sealOf(idSecret: unknown, prefix: string): IdSeal | undefined {
  if (idSecret === undefined) return undefined
  if (typeof idSecret === 'string' && idSecret.length >= 32) return new IdSeal(idSecret, prefix)
  throw invalid('idSecret', 'must have at least 32 characters')
}

/** Seals the ids of an app's sessions. */
export class IdSeal {
  readonly #prefix: string
  readonly #cipherKey: Uint8Array
  readonly #ivKey: Uint8Array

  /**
   * @param secret at least 32 characters, the same in all instances of the app
   * @param prefix stands before each id
   */
  constructor(secret: string, prefix: string) {
    this.#prefix = prefix
    this.#cipherKey = new Uint8Array(hkdfSync('sha256', secret, '', 'understudy id cipher', 32))
    this.#ivKey = new Uint8Array(hkdfSync('sha256', secret, '', 'understudy id iv', 32))
  }

  /** A sealed id. */
  seal(id: string): Uint8Array {
    const text = Buffer.from(this.#prefix + id)
    const iv = createHmac('sha256', this.#ivKey).update(text).digest().subarray(0, IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#cipherKey, iv)
    return Uint8Array.from(Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]))
  }

  /** The id of a session of this app that carries it; undefined of any other. */
  open(key: SessionKey, sealed: Value | undefined): string | undefined {
    if (!(sealed instanceof Uint8Array) || sealed.length <= IV_BYTES + TAG_BYTES) return undefined
    const text = this.#decipher(Buffer.from(sealed))
    if (text === undefined || !text.startsWith(this.#prefix) || sessionKey(text) !== key) return undefined
    return text.slice(this.#prefix.length)
  }

  #decipher(sealed: Buffer): string | undefined {
    const decipher = createDecipheriv('aes-256-gcm', this.#cipherKey, sealed.subarray(0, IV_BYTES))
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString()
    } catch {
      // Sealed under another secret: another app's.
      return undefined
    }
  }
}
