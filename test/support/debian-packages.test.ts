/** A missing package is installed where that is possible, and an error that says what to type everywhere else. */
import { describe, expect, it } from 'vitest'
import { needDebianPackage } from './debian-packages.js'
import type { Machine } from './debian-packages.js'

/** A machine with some files, on which installing gives `installs`. */
class FakeMachine implements Machine {
  readonly done: string[] = []
  readonly #files: string[]
  readonly #root: boolean
  readonly #installs: string | Error

  constructor(files: string[], root: boolean, installs: string | Error = '/usr/bin/chromium') {
    this.#files = files
    this.#root = root
    this.#installs = installs
  }

  has = (file: string): boolean => this.#files.includes(file)
  isRoot = (): boolean => this.#root
  tell = (message: string): void => void this.done.push(message)
  run = async (command: string): Promise<void> => {
    this.done.push(command)
    if (this.#installs instanceof Error) throw this.#installs
    this.#files.push(this.#installs)
  }
}

const need = (machine: Machine): Promise<void> => needDebianPackage('chromium', '/usr/bin/chromium', machine)
const COMMAND = 'apt-get update && apt-get install -y --no-install-recommends chromium'

describe('a Debian package that tests need', () => {
  it('is left alone when it is there', async () => {
    const machine = new FakeMachine(['/usr/bin/chromium'], true)
    await need(machine)
    expect(machine.done).toEqual([])
  })

  it('is installed by root, with a message', async () => {
    const machine = new FakeMachine([], true)
    await need(machine)
    expect(machine.done).toEqual([expect.stringContaining('installing the Debian package "chromium"'), expect.stringContaining(COMMAND)])
    await need(machine)
    expect(machine.done).toHaveLength(2)
  })

  it('is asked for with the command to type where it can\'t be installed', async () => {
    await expect(need(new FakeMachine([], false))).rejects.toThrow(`/usr/bin/chromium is missing, which these tests need. Install it: sudo sh -c '${COMMAND}'`)
    await expect(need(new FakeMachine([], true, new Error('no network')))).rejects.toThrow(`sudo sh -c '${COMMAND}'`)
    await expect(need(new FakeMachine([], true, '/usr/bin/other'))).rejects.toThrow('has no /usr/bin/chromium')
  })
})
