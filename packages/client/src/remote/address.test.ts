import { expect, test } from 'vitest'
import { clientAddress } from './address.js'

test.each([
  ['ws://127.0.0.1:4400', 'ws://127.0.0.1:4400/client'],
  ['ws://127.0.0.1:4400/', 'ws://127.0.0.1:4400/client'],
  ['ws://127.0.0.1:4400/client', 'ws://127.0.0.1:4400/client'],
  ['ws://127.0.0.1:4400/client/', 'ws://127.0.0.1:4400/client'],
  ['wss://Example.org/understudy', 'wss://example.org/understudy/client'],
])('the client link of %s is at %s', (url, address) => {
  expect(clientAddress(url)).toBe(address)
})
