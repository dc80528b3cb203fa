/** What log lines look like. */
import { expect, test } from 'vitest'
import { createLogger } from './logger.js'
import type { LogFormat } from './logger.js'

/** The lines that `write` makes in this format. */
function lines(
  format: LogFormat,
  level: string,
  write: (log: ReturnType<typeof createLogger>) => void,
): readonly string[] {
  const written: string[] = []
  write(createLogger({ level, format, node: 'a' }, (line) => written.push(line)))
  return written
}

test('JSON lines carry the node’s name and the fields', () => {
  const [line] = lines('json', 'info', (log) => log.info({ peer: 'b' }, 'linked'))
  expect(line?.endsWith('\n')).toBe(true)
  expect(JSON.parse(line ?? '')).toEqual({ level: 30, time: expect.any(Number), node: 'a', peer: 'b', msg: 'linked' })
})

test('lines for people carry the same', () => {
  const [line] = lines('text', 'info', (log) => log.warn({ peer: 'b', slots: [1, 2] }, 'link lost'))
  expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}a: link lost \(peer=b, slots=\[1,2\]\)\n$/)
})

test('an error keeps its stack, on the same line', () => {
  const [line] = lines('text', 'info', (log) => log.error({ err: new TypeError('oh') }, 'failed'))
  expect(line).toContain('"message":"oh"')
  expect(line?.trimEnd()).not.toContain('\n')
})

test('what is below the level is not written', () => {
  const quiet = lines('json', 'error', (log) => {
    log.info({}, 'x')
    log.error({}, 'y')
  })
  expect(quiet).toHaveLength(1)
  expect(lines('json', 'silent', (log) => log.fatal({}, 'z'))).toEqual([])
})
