/** Hostile names and values lose their power over the reader. */
import { describe, expect, it } from 'vitest'
import { plainText, shortText } from './plain-text.js'

describe('text of others', () => {
  it('shows marks that would turn the direction of text, and what cannot be seen [INB-9]', () => {
    expect(plainText('user\u202Etxt.exe')).toBe('user⟨202E⟩txt.exe')
    expect(plainText('a\u200Bb\u2066c\u2069\u0000\n')).toBe('a⟨200B⟩b⟨2066⟩c⟨2069⟩⟨0000⟩⟨000A⟩')
    expect(plainText('\u{E0041}\uFEFF\u061C')).toBe('⟨E0041⟩⟨FEFF⟩⟨061C⟩')
  })

  it('leaves letters of all scripts and emoji as they are', () => {
    for (const text of ['Zoë', '日本語', 'שלום', 'مرحبا', '👍🏽', '<b>&amp;</b>']) expect(plainText(text)).toBe(text)
  })

  it('is cut, never within a character [INB-9]', () => {
    expect(shortText('abcdef', 6)).toBe('abcdef')
    expect(shortText('abcdefg', 6)).toBe('abcdef…')
    expect(shortText('ab👍c', 3)).toBe('ab…')
    expect(shortText('x'.repeat(10_000_000), 4)).toBe('xxxx…')
  })
})
