/**
 * Debian packages that tests need. Whoever may install them (root, as in CI and containers) need not do anything; others
 * are told which command to type. A test is never skipped for want of a package.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import process from 'node:process'

/** ms for an installation: hooks that may install something need this much time. */
export const INSTALLATION_TIME = 600_000

/** How this machine is changed; tests hand in their own. */
export interface Machine {
  has(file: string): boolean
  isRoot(): boolean
  /** Runs a shell command; rejects when it fails. */
  run(command: string): Promise<void>
  tell(message: string): void
}

const thisMachine: Machine = {
  has: existsSync,
  isRoot: () => process.getuid?.() === 0,
  async run(command) {
    const [code] = await once(spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
    if (code !== 0) throw new Error(`exit code ${code} of: ${command}`)
  },
  tell: (message) => void process.stderr.write(`${message}\n`),
}

/**
 * Makes sure that a package is installed; `file` is what the test needs of it.
 *
 * @throws Error (the promise rejects) that says what to type, if it is missing and can't be installed from here
 */
export async function needDebianPackage(name: string, file: string, machine: Machine = thisMachine): Promise<void> {
  if (machine.has(file)) return
  const install = `apt-get update && apt-get install -y --no-install-recommends ${name}`
  const advice = `${file} is missing, which these tests need. Install it: sudo sh -c '${install}'`
  if (!machine.isRoot()) throw new Error(advice)
  machine.tell(`${file} is missing: installing the Debian package "${name}", once; this takes a minute`)
  try {
    // Test files run side by side: the first one installs, the others wait and then find it there.
    await machine.run(`DEBIAN_FRONTEND=noninteractive flock /tmp/understudy-debian-packages.lock sh -c 'test -e ${file} || { ${install}; }'`)
  } catch (cause) {
    throw new Error(`The installation failed. ${advice}`, { cause })
  }
  if (!machine.has(file)) throw new Error(`The package "${name}" is installed, and has no ${file}.`)
}
