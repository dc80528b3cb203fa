/** Where the token is kept: in this tab alone, until it is closed. */

const NAME = 'understudy token'

/** The token of this tab. */
export function storedToken(): string | undefined {
  return sessionStorage.getItem(NAME) ?? undefined
}

/** Keeps a token; undefined forgets it. */
export function storeToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(NAME)
  else sessionStorage.setItem(NAME, token)
}
