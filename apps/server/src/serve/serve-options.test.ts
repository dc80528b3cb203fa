/** Where options of `serve` come from, which one counts, and what is said of wrong ones, word for word. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommandError } from '../command-error.js'
import { readOptions } from '../options/read-options.js'
import { hostOf, portOf, serveDeclared } from './serve-options.js'
import type { ServeOptions } from './serve-options.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A configuration file with this content; its path. */
function config(content: unknown): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function read(line: string, env: Readonly<Record<string, string>> = {}): ServeOptions {
  return readOptions(serveDeclared, words(line), env).values
}

/** The error that these options are refused with. */
function refusal(line: string, env: Readonly<Record<string, string>> = {}): CommandError {
  try {
    read(line, env)
  } catch (error) {
    if (error instanceof CommandError) return error
    throw error
  }
  throw new Error('the options were accepted')
}

function words(line: string): string[] {
  return line.split(' ').filter((word) => word !== '')
}

describe('what counts', () => {
  test('without options a node runs on loopback, under the host’s name', () => {
    expect(read('')).toEqual({
      name: expect.stringMatching(/^[\w.-]{1,64}$/),
      listen: '127.0.0.1:4400',
      peer: {},
      role: 'member',
      mode: 'benchmark',
      backups: 2,
      window: 1_048_576,
      partition: 'available',
      takeOver: true,
      origin: [],
      logLevel: 'info',
      logFormat: 'json',
      stopWithParent: false,
    })
    expect(hostname()).toContain(read('').name.split('-')[0])
  })

  test('arguments win over variables, these over the file, that over defaults [SRV-1]', () => {
    const path = config({ name: 'file', backups: 3, mode: 'immutable', window: 8192 })
    const env = { UNDERSTUDY_CONFIG: path, UNDERSTUDY_NAME: 'variable', UNDERSTUDY_BACKUPS: '4' }
    expect(read('--name argument', env)).toMatchObject({
      name: 'argument',
      backups: 4,
      mode: 'immutable',
      window: 8192,
      role: 'member',
    })
  })

  test('--config wins over UNDERSTUDY_CONFIG', () => {
    const env = { UNDERSTUDY_CONFIG: config({ name: 'x' }) }
    expect(read(`--config ${config({ name: 'y' })}`, env).name).toBe('y')
  })

  test('every option has its variable and its key, named by one rule', () => {
    expect(read('', { UNDERSTUDY_LOG_LEVEL: 'debug' }).logLevel).toBe('debug')
    expect(read(`--config ${config({ logLevel: 'debug' })}`).logLevel).toBe('debug')
    expect(read('--log-level debug').logLevel).toBe('debug')
  })

  test('a list is repeated, separated by commas, or a JSON list; peers may be a JSON object', () => {
    const peer = { b: 'ws://h:1', c: 'wss://i:2/x' }
    expect(read('--peer b=ws://h:1 --peer c=wss://i:2/x').peer).toEqual(peer)
    expect(read('', { UNDERSTUDY_PEER: 'b=ws://h:1, c=wss://i:2/x' }).peer).toEqual(peer)
    expect(read(`--config ${config({ peer })}`).peer).toEqual(peer)
    expect(read(`--config ${config({ peer: ['b=ws://h:1', 'c=wss://i:2/x'] })}`).peer).toEqual(peer)
    expect(read('--origin https://a.example --origin http://b:1').origin).toEqual(['https://a.example', 'http://b:1'])
  })

  test('a list given closer by replaces the other, it is not added to', () => {
    expect(read('--peer b=ws://h:1', { UNDERSTUDY_PEER: 'c=ws://h:2' }).peer).toEqual({ b: 'ws://h:1' })
  })

  test.each([
    ['65536', 65_536],
    ['64k', 65_536],
    ['64kB', 65_536],
    ['64KiB', 65_536],
    ['2M', 2_097_152],
    ['1g', 1_073_741_824],
  ])('bytes may have a unit: %s', (text, bytes) => {
    expect(read(`--window ${text}`).window).toBe(bytes)
  })

  test('a flag is set by its name, or by yes and no in a variable', () => {
    expect(read('--memory').memory).toBe(true)
    expect(read('--memory=false').memory).toBe(false)
    expect(read('', { UNDERSTUDY_MEMORY: '1' }).memory).toBe(true)
    expect(read('', { UNDERSTUDY_MEMORY: 'off' }).memory).toBe(false)
  })

  test('an empty variable counts as absent', () => {
    expect(read('', { UNDERSTUDY_BACKUPS: '' }).backups).toBe(2)
  })

  test('a value may begin with a dash when it is joined', () => {
    expect(read('--name=-a').name).toBe('-a')
  })

  test('host and port are taken apart, also of IPv6 addresses', () => {
    expect([hostOf('[::1]:4400'), portOf('[::1]:4400'), hostOf('h:1')]).toEqual(['::1', 4400, 'h'])
  })
})

describe('what is said of wrong options [SRV-2]', () => {
  test.each([
    // unknown, missing, repeated
    ['--pear b=ws://h:1', 'OPTION_UNKNOWN', 'unknown option --pear: did you mean --peer?'],
    ['--log-levle debug', 'OPTION_UNKNOWN', 'unknown option --log-levle: did you mean --log-level?'],
    ['--Name a', 'OPTION_UNKNOWN', 'unknown option --Name: did you mean --name?'],
    ['--frobnicate', 'OPTION_UNKNOWN', `unknown option --frobnicate: see 'understudy serve --help'`],
    ['-x', 'OPTION_UNKNOWN', `unknown option -x: see 'understudy serve --help'`],
    ['a', 'OPTION_UNKNOWN', `unexpected argument 'a': serve takes options only, see 'understudy serve --help'`],
    ['--name', 'OPTION_INVALID', 'option --name needs a value, for example --name a'],
    ['--name --listen h:1', 'OPTION_INVALID', 'option --name needs a value, for example --name a'],
    ['--name a --name b', 'OPTION_INVALID', 'option --name is there twice: give it once'],
    // values
    [
      '--name a/b',
      'OPTION_INVALID',
      `option --name: 'a/b' is not a name of 1 to 64 letters, digits, '.', '_' and '-'; write for example --name a`,
    ],
    [
      '--name=',
      'OPTION_INVALID',
      `option --name: '' is not a name of 1 to 64 letters, digits, '.', '_' and '-'; write for example --name a`,
    ],
    [
      '--listen 4400',
      'OPTION_INVALID',
      `option --listen: '4400' is not HOST:PORT; write for example --listen 127.0.0.1:4400`,
    ],
    [
      '--listen h:70000',
      'OPTION_INVALID',
      `option --listen: 'h:70000' is not HOST:PORT with a port below 65536; write for example --listen 127.0.0.1:4400`,
    ],
    [
      '--advertise h:1',
      'OPTION_INVALID',
      `option --advertise: 'h:1' is not a node’s address, ws://HOST:PORT or wss://HOST:PORT; write for example ` +
      '--advertise ws://10.0.0.7:4400',
    ],
    [
      '--advertise ws://u:p@h',
      'OPTION_INVALID',
      `option --advertise: 'ws://u:p@h' is not a node’s address, ws://HOST:PORT or wss://HOST:PORT; write for ` +
      'example --advertise ws://10.0.0.7:4400',
    ],
    [
      '--role leader',
      'OPTION_INVALID',
      `option --role: 'leader' is not one of member, backup; write for example --role backup`,
    ],
    [
      '--mode fast',
      'OPTION_INVALID',
      `option --mode: 'fast' is not one of benchmark, immutable; write for example --mode immutable`,
    ],
    [
      '--benchmark kept',
      'OPTION_INVALID',
      `option --benchmark: 'kept' is not retained, asked, or the address of a server of benchmarks; write for example --benchmark asked`,
    ],
    [
      '--backups many',
      'OPTION_INVALID',
      `option --backups: 'many' is not a whole number from 0 to 16; write for example --backups 2`,
    ],
    [
      '--backups 1.5',
      'OPTION_INVALID',
      `option --backups: '1.5' is not a whole number from 0 to 16; write for example --backups 2`,
    ],
    [
      '--backups 17',
      'OPTION_INVALID',
      `option --backups: 17 is not a whole number from 0 to 16; write for example --backups 2`,
    ],
    [
      '--backups=-1',
      'OPTION_INVALID',
      `option --backups: '-1' is not a whole number from 0 to 16; write for example --backups 2`,
    ],
    [
      '--copies 0',
      'OPTION_INVALID',
      `option --copies: 0 is not a whole number from 1 to 17; write for example --copies 2`,
    ],
    [
      '--window 1T',
      'OPTION_INVALID',
      `option --window: '1T' is not a number of bytes from 4096 to 1073741824; write for example --window 1M`,
    ],
    [
      '--window 100',
      'OPTION_INVALID',
      `option --window: 100 is not a number of bytes from 4096 to 1073741824; write for example --window 1M`,
    ],
    ['--memory=maybe', 'OPTION_INVALID', `option --memory: 'maybe' is not true or false; write for example --memory`],
    [
      '--origin app',
      'OPTION_INVALID',
      `option --origin: 'app' is not an origin, http://HOST:PORT or https://HOST; write for example --origin ` +
      'https://app.example',
    ],
    [
      '--log-level loud',
      'OPTION_INVALID',
      `option --log-level: 'loud' is not one of silent, fatal, error, warn, info, debug, trace; write for ` +
      'example --log-level info',
    ],
    [
      '--log-format xml',
      'OPTION_INVALID',
      `option --log-format: 'xml' is not one of json, text; write for example --log-format json`,
    ],
    // peers
    [
      '--peer ws://h:1',
      'OPTION_INVALID',
      `option --peer: 'ws://h:1' is not NAME=URL with a name of letters, digits, '.', '_' and '-'; write for ` +
      'example --peer b=ws://127.0.0.1:4401',
    ],
    [
      '--peer b=h:1',
      'OPTION_INVALID',
      `option --peer: 'h:1' of peer 'b' is not a node’s address, ws://HOST:PORT or wss://HOST:PORT; write for ` +
      'example --peer b=ws://127.0.0.1:4401',
    ],
    [
      '--peer b=ws://h:1 --peer b=ws://h:2',
      'OPTION_INVALID',
      `option --peer: the name 'b' is there twice: give each peer once`,
    ],
    // together
    [
      '--name a --peer a=ws://h:1',
      'OPTION_INVALID',
      `option --peer: 'a' is this node's own name: leave it out of its peers, or give the node another --name`,
    ],
    [
      '--data ./d --memory',
      'OPTION_INVALID',
      'option --memory: sessions are kept in memory or in ./d, not both: leave one of them out',
    ],
    [
      '--durability flushed',
      'OPTION_INVALID',
      'option --durability: nothing is written without a folder: add --data FOLDER, or leave it out',
    ],
    [
      '--listen 0.0.0.0:4400',
      'OPTION_INVALID',
      'option --listen: 0.0.0.0:4400 is every address of this machine, so others cannot be told which: add ' +
      '--advertise ws://HOST:4400',
    ],
    [
      '--listen [::]:44',
      'OPTION_INVALID',
      'option --listen: [::]:44 is every address of this machine, so others cannot be told which: add ' +
      '--advertise ws://HOST:44',
    ],
    [
      '--mode immutable --benchmark asked',
      'OPTION_INVALID',
      'option --benchmark: mode immutable keeps no benchmarks: leave it out',
    ],
    [
      '--copies 4',
      'OPTION_INVALID',
      'option --copies: 4 copies need 3 back-ups and --backups is 2: ask for at most 3 copies',
    ],
  ])('%s', (line, code, message) => {
    expect(refusal(line)).toMatchObject({ code, message, exitCode: 2 })
  })

  test('a wrong variable is named as such, with an example for a variable', () => {
    expect(refusal('', { UNDERSTUDY_BACKUPS: 'x' }).message).toBe(
      `variable UNDERSTUDY_BACKUPS: 'x' is not a whole number from 0 to 16; write for example UNDERSTUDY_BACKUPS=2`,
    )
    expect(refusal('--name a', { UNDERSTUDY_PEER: 'a=ws://h:1' }).message).toMatch(
      /^variable UNDERSTUDY_PEER: 'a' is this node's own name/,
    )
  })

  test.each([
    [
      { backups: 'x' },
      (path: string) => `"backups" in ${path}: 'x' is not a whole number from 0 to 16; write for example "backups": 2`,
    ],
    [
      { backups: null },
      (path: string) => `"backups" in ${path}: null is not a whole number from 0 to 16; write for example "backups": 2`,
    ],
    [
      { name: 7 },
      (path: string) =>
        `"name" in ${path}: 7 is not a name of 1 to 64 letters, digits, '.', '_' and '-'; write for example ` +
        '"name": "a"',
    ],
    [
      { peer: 7 },
      (path: string) =>
        `"peer" in ${path}: 7 is not a list of NAME=URL; write for example "peer": ["b=ws://127.0.0.1:4401"]`,
    ],
    [
      { origin: 'x' },
      (path: string) =>
        `"origin" in ${path}: 'x' is not a list of origins; write for example "origin": ["https://app.example"]`,
    ],
    [{ memory: 2 }, (path: string) => `"memory" in ${path}: 2 is not true or false; write for example "memory": true`],
    [{ backup: 2 }, (path: string) => `unknown option "backup" in ${path}: did you mean "backups"?`],
    [
      { __proto__x: 2 },
      (path: string) =>
        `unknown option "__proto__x" in ${path}: it may have name, listen, advertise, peer, role, mode, benchmark, ` +
        `backups, copies, window, partition, takeOver, data, durability, memory, tokens, origin, config, logLevel, logFormat, stopWithParent`,
    ],
    [[], (path: string) => `configuration file ${path} must hold a JSON object: { "name": "a", … }`],
  ])('a wrong key of the file is named with the file: %j', (content, message) => {
    const path = config(content)
    expect(refusal(`--config ${path}`).message).toBe(message(path))
  })

  test('a wrong value that an argument overrides is not complained of', () => {
    expect(read(`--config ${config({ backups: 'x' })} --backups 1`).backups).toBe(1)
  })

  test('a file that is not there or no JSON is named', () => {
    expect(refusal('--config /nowhere/x.json')).toMatchObject({
      code: 'CONFIG_UNREADABLE',
      exitCode: 2,
      message:
        'cannot read the configuration file /nowhere/x.json: ENOENT: no such file or directory, open ' +
        `'/nowhere/x.json'`,
    })
    const path = config('{ name: a }')
    expect(refusal(`--config ${path}`).message).toMatch(`configuration file ${path} is no JSON: `)
  })

  test('variables that look misspelt give a warning; those that others set do not', () => {
    const env = {
      UNDERSTUDY_BACKUP: '1',
      UNDERSTUDY_SERVICE_HOST: '10.0.0.1',
      UNDERSTUDY_PORT: 'tcp://10.0.0.1:4400',
      OTHER: 'x',
    }
    expect(readOptions(serveDeclared, [], env).warnings).toEqual([
      'variable UNDERSTUDY_BACKUP has no meaning: did you mean UNDERSTUDY_BACKUPS?',
    ])
  })
})
