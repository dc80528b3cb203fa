import { encodeValue } from '@understudy/document'
import { sessionKey } from '@understudy/session'
import { describe, expect, test } from 'vitest'
import { ERROR_TABLE, isKnownCode, toUnderstudyError, UnderstudyError } from './understudy-error.js'

function thrownBy(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

describe('an error', () => {
  test('of every code tells what happened, what to do, and whether to try again', () => {
    for (const code of Object.keys(ERROR_TABLE).filter((key) => isKnownCode(key))) {
      const { what, advice, retryable } = ERROR_TABLE[code]
      const error = new UnderstudyError(code, { attribute: 'theme' })
      expect(error).toMatchObject({ name: 'UnderstudyError', code, retryable, attribute: 'theme' })
      expect(error.message).toBe(`${what.replace('{attribute}', '"theme"')} ${advice}`)
      expect(error.message).not.toContain('{')
    }
  })

  test('of the packages below keeps code, message and attribute, and is the cause', () => {
    const below = thrownBy(() => sessionKey(''))
    expect(toUnderstudyError(below)).toMatchObject({ code: 'SESSION_ID_INVALID', cause: below })
    const value = thrownBy(() => encodeValue(() => 1))
    expect(toUnderstudyError(value, 'theme')).toMatchObject({ code: 'VALUE_NOT_STORABLE', attribute: 'theme', cause: value })
  })

  test('is translated once, and whatever else was thrown becomes NODE_FAILED', () => {
    const error = new UnderstudyError('TIMEOUT')
    expect(toUnderstudyError(error)).toBe(error)
    expect(toUnderstudyError(new RangeError('bug'))).toMatchObject({ code: 'NODE_FAILED', message: 'bug' })
    expect(toUnderstudyError('text')).toMatchObject({ code: 'NODE_FAILED', cause: 'text' })
    expect(isKnownCode('toString')).toBe(false)
  })
})
