/** Writer ids: 53 bits put together by arithmetic. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EPOCH_LIMIT, epochOf, nonceOf, RESTART_LIMIT, restartOf, rootOf, writerId } from './writer-id.js'

const parts = fc.record({
  epoch: fc.nat(EPOCH_LIMIT - 1),
  nonce: fc.nat(EPOCH_LIMIT - 1),
  restart: fc.nat(RESTART_LIMIT - 1),
  root: fc.constantFrom('attributes' as const, 'frozen' as const),
})

describe('a writer id', () => {
  it('is a safe integer that tells its parts', () => {
    fc.assert(fc.property(parts, (given) => {
      const id = writerId(given)
      expect(Number.isSafeInteger(id) && id >= 0).toBe(true)
      expect({ epoch: epochOf(id), nonce: nonceOf(id), restart: restartOf(id), root: rootOf(id) }).toEqual(given)
    }))
  })

  it('uses all 53 bits', () => {
    const most = EPOCH_LIMIT - 1
    const greatest = writerId({ epoch: most, nonce: most, restart: RESTART_LIMIT - 1, root: 'frozen' })
    expect(greatest).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('is higher in a later epoch, whatever else it says [DOC-10]', () => {
    fc.assert(fc.property(parts, parts, (a, b) => {
      if (a.epoch !== b.epoch) expect(writerId(a) > writerId(b)).toBe(a.epoch > b.epoch)
    }))
  })

  it.each([
    { epoch: EPOCH_LIMIT, nonce: 0, restart: 0, root: 'frozen' as const },
    { epoch: 0, nonce: EPOCH_LIMIT, restart: 0, root: 'frozen' as const },
    { epoch: 0, nonce: 0, restart: RESTART_LIMIT, root: 'frozen' as const },
    { epoch: -1, nonce: 0, restart: 0, root: 'frozen' as const },
    { epoch: 0.5, nonce: 0, restart: 0, root: 'frozen' as const },
  ])('is not made of parts out of range: %o', (given) => {
    expect(() => writerId(given)).toThrow(expect.objectContaining({ code: 'WRITER_INVALID' }))
  })
})
