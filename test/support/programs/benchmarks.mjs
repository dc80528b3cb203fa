/** Keeps benchmarks for primaries in other processes. */
import process from 'node:process'
import { serveBenchmarks } from '@understudy/node'

const { url } = await serveBenchmarks({ listen: '127.0.0.1:0' })
process.send({ type: 'ready', url })
process.once('disconnect', () => process.exit())
