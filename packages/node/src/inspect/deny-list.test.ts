import { describe, expect, it } from 'vitest'
import { DenyList } from './deny-list.js'

describe('the deny-list', () => {
  it.each(['password', 'Password', 'userPassword', 'pass-word', 'PASS_WORD', 'ｐａｓｓｗｏｒｄ', 'pass\u200bword', 'csrfToken', 'x.api.key', 'client_secret', 'pin', 'PIN'])(
    'denies %s, however it is written [INS-12]',
    (name) => expect(new DenyList().denies(name)).toBe(true),
  )

  it.each(['user', 'shipping', 'spinner', 'cart', 'pass', 'opinion', 'cookie'])('does not deny %s [INS-12]', (name) => {
    expect(new DenyList().denies(name)).toBe(false)
  })

  it('takes more names, and gives up none [INS-12]', () => {
    const deny = new DenyList(['Dia-Gnosis', ' ', 'dob'])
    expect(['diagnosis', 'myDiagnosisCode', 'dob', 'password'].every((name) => deny.denies(name))).toBe(true)
    expect(deny.denies('dobbin')).toBe(false)
    expect(deny.words).not.toContain('')
  })
})
