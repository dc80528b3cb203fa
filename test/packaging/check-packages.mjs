#!/usr/bin/env node
/** Checks every publishable package as npm would deliver it: publint and arethetypeswrong, ESM only. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

let failed = 0
for (const group of ['packages', 'apps']) {
  for (const name of readdirSync(group)) {
    const folder = `${group}/${name}`
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    if (manifest.private) continue
    const steps = [['publint', ['run', folder, '--strict', '--pack', 'npm']]]
    if (manifest.exports) steps.push(['attw', ['--pack', folder, '--profile', 'esm-only', '--format', 'ascii', '--quiet']])
    for (const [command, args] of steps) {
      try {
        execFileSync('npx', ['--no-install', command, ...args], { stdio: 'pipe' })
      } catch (error) {
        failed++
        console.error(`${folder}: ${command} found problems\n${error.stdout}${error.stderr}`)
      }
    }
  }
}
console.log(failed ? `packages: ${failed} problems` : 'packages: publint and attw found no problem')
process.exitCode = failed ? 1 : 0
