/** Where a token may stand in a request, and what is answered. */
import { expect, test } from 'vitest'
import { answerProtocol, offersSubprotocol, presentedToken, SUBPROTOCOL, tokenProtocols } from './presented-token.js'
import { newToken } from './token.js'

const TOKEN = newToken()

test('a token comes in the Authorization header, the scheme in any case', () => {
  expect(presentedToken({ authorization: `Bearer ${TOKEN}` })).toBe(TOKEN)
  expect(presentedToken({ authorization: `bearer   ${TOKEN} ` })).toBe(TOKEN)
})

test('two words after Bearer are no token', () => {
  expect(presentedToken({ authorization: `Bearer ${TOKEN} ${TOKEN}` })).toBeUndefined()
})

test('a token comes as a subprotocol, wherever it stands in the offer', () => {
  const [plain, withToken] = tokenProtocols(TOKEN)
  expect(plain).toBe('understudy')
  expect(withToken).toMatch(/^understudy\.token\.[\w-]+$/)
  expect(presentedToken({ 'sec-websocket-protocol': `${plain}, ${withToken}` })).toBe(TOKEN)
  expect(presentedToken({ 'sec-websocket-protocol': `${withToken},${plain}` })).toBe(TOKEN)
})

test.each(['', '=', 'a', 'YWJj*', 'YWJj=', 'YWJ'])('what is no base64url is no token: "%s"', (text) => {
  const token = presentedToken({ 'sec-websocket-protocol': `understudy, understudy.token.${text}` })
  expect(token === undefined || Buffer.from(token).toString('base64url') === text).toBe(true)
  if (text !== 'YWJ') expect(token).toBeUndefined()
})

test('the header is taken when both are given', () => {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'sec-websocket-protocol': tokenProtocols('another token').join(','),
  }
  expect(presentedToken(headers)).toBe(TOKEN)
})

test('only our client in browsers offers the subprotocol', () => {
  expect(offersSubprotocol({ 'sec-websocket-protocol': tokenProtocols(TOKEN).join(', ') })).toBe(true)
  expect(offersSubprotocol({ 'sec-websocket-protocol': 'other,understudy' })).toBe(true)
  expect(offersSubprotocol({ 'sec-websocket-protocol': 'understudy.token.abc, understudy2' })).toBe(false)
  expect(offersSubprotocol({ authorization: `Bearer ${TOKEN}` })).toBe(false)
})

test('the answer is the plain subprotocol, never the one with the token [ACC-10]', () => {
  expect(answerProtocol(new Set(tokenProtocols(TOKEN)))).toBe(SUBPROTOCOL)
  expect(answerProtocol(new Set(tokenProtocols(TOKEN).toReversed()))).toBe(SUBPROTOCOL)
  expect(answerProtocol(new Set(['understudy.token.x', 'chat']))).toBe(false)
  expect(answerProtocol(new Set())).toBe(false)
})
