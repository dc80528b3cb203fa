import { expect, it } from 'vitest'
import { negotiate, SPOKEN_VERSIONS } from './version.js'

it('settles on the highest version that both sides speak, whichever asks', () => {
  const older = { version: 3, minVersion: 1 }
  const newer = { version: 5, minVersion: 2 }
  expect(negotiate(older, newer)).toBe(3)
  expect(negotiate(newer, older)).toBe(3)
  expect(negotiate(SPOKEN_VERSIONS, SPOKEN_VERSIONS)).toBe(SPOKEN_VERSIONS.version)
})

it('refuses a side with which there is no common version [PRO-9]', () => {
  const mismatch = expect.objectContaining({ code: 'VERSION_MISMATCH' })
  expect(() => negotiate({ version: 2, minVersion: 1 }, { version: 4, minVersion: 3 })).toThrow(mismatch)
  expect(() => negotiate({ version: 4, minVersion: 3 }, { version: 2, minVersion: 1 })).toThrow(mismatch)
})
