#!/usr/bin/env node
// The command as npm links it. It holds nothing but the way to the built program, so that it needs no build itself.
import { existsSync } from 'node:fs'

const program = new URL('../dist/main.js', import.meta.url)
if (existsSync(program)) {
  const { main } = await import(program.href)
  process.exitCode = await main(process.argv.slice(2))
} else {
  process.stderr.write('understudy: not built yet: run "npm install && npm run build" at the root of the repository first\n')
  process.exitCode = 1
}
