/** The program around the commands: help, version, unknown commands, exit codes. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CommandError } from './command-error.js'
import { COMMANDS } from './commands.js'
import type { Command } from './commands.js'
import { main } from './main.js'
import { argumentName } from './options/option.js'
import { fakeSurroundings } from './test-support/fake-surroundings.js'

/** What the program writes and ends with. */
async function run(args: readonly string[], commands?: readonly Command[]) {
  const surroundings = fakeSurroundings()
  const code = await main(args, surroundings, commands)
  return { code, ...surroundings.written }
}

/** A command that only does this. */
function doing(run: Command['run']): readonly Command[] {
  return [{ name: 'do', summary: 'Do it', table: {}, isDeployed: false, examples: [], run }]
}

describe('help and version', () => {
  test.each([['--help'], ['-h'], ['help']])('understudy %s lists the commands', async (word) => {
    const { code, out } = await run([word])
    expect(code).toBe(0)
    for (const { name, summary } of COMMANDS) expect(out).toContain(`  ${name.padEnd(10)}   ${summary}\n`)
  })

  test('without a command it does too, but nothing was done', async () => {
    expect(await run([])).toMatchObject({ code: 2, out: expect.stringContaining('usage: understudy COMMAND') })
  })

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    'every option of %s is in its help, with what it does',
    async (name, command) => {
      for (const args of [
        [name, '--help'],
        [name, '--nonsense', '-h'],
        ['help', name],
      ]) {
        const { code, out } = await run(args)
        expect(code).toBe(0)
        for (const [key, { help }] of Object.entries(command.table)) {
          expect(out).toContain(`  ${argumentName(key)}`)
          expect(out).toContain(help)
        }
      }
    },
  )

  test('the version is the package’s', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  test('the README names every command and every option', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    for (const { name, table } of COMMANDS) {
      expect(readme).toContain(`understudy ${name}`)
      for (const key of Object.keys(table)) expect(readme).toContain(`\`${argumentName(key)}`)
    }
  })
})

describe('failures', () => {
  test.each([
    ['serv', `understudy: unknown command 'serv': did you mean serve?\n`],
    ['frobnicate', `understudy: unknown command 'frobnicate': there are serve, status, promote, demote, drain, demo, benchmarks, token\n`],
    ['--nmae', `understudy: unknown command '--nmae': there are serve, status, promote, demote, drain, demo, benchmarks, token\n`],
  ])('%s is no command', async (word, err) => {
    expect(await run([word])).toEqual({ code: 2, out: '', err })
  })

  test('a wrong call is one line on standard error and exit code 2 [SRV-2]', async () => {
    expect(await run(['serve', '--pear', 'x'])).toEqual({
      code: 2,
      out: '',
      err: 'understudy: unknown option --pear: did you mean --peer?\n',
    })
  })

  test('a failure while running is one line and exit code 1', async () => {
    const commands = doing(() => Promise.reject(new CommandError('PORT_IN_USE', 'no port')))
    expect(await run(['do'], commands)).toEqual({ code: 1, out: '', err: 'understudy: no port\n' })
  })

  test('what nobody expected is shown with its stack, since somebody has to mend it', async () => {
    const { code, err } = await run(
      ['do'],
      doing(() => Promise.reject(new TypeError('oh'))),
    )
    expect(code).toBe(1)
    expect(err).toMatch(/^understudy: unexpected failure, please report it: TypeError: oh\n {4}at /)
  })

  test('a command’s own exit code comes through', async () => {
    expect(
      (
        await run(
          ['do'],
          doing(async () => 0),
        )
      ).code,
    ).toBe(0)
  })
})

test('the linked program runs, or says that it is not built', async () => {
  const program = fileURLToPath(new URL('../bin/understudy.js', import.meta.url))
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [program, '--version'], (_error, stdout, stderr) => resolve({ stdout, stderr }))
  })
  expect(stdout + stderr).toMatch(
    /^(?:\d+\.\d+\.\d+|understudy: not built yet: run "npm install && npm run build" .*)\n$/,
  )
})
