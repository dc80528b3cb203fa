import { describe, expect, it } from 'vitest'
import { realEnvironment } from '../environment.js'
import { Hearing } from './hearing.js'

/** A node that hears "b", and the timers that it set. */
function bench(): { hearing: Hearing; losses: () => number; elapse: () => void } {
  let losses = 0
  const timers = new Set<() => void>()
  const after = (_ms: number, callback: () => void): (() => void) => {
    timers.add(callback)
    return () => void timers.delete(callback)
  }
  const hearing = new Hearing({ ...realEnvironment, after }, () => losses++)
  hearing.linked('b')
  return { hearing, losses: () => losses, elapse: () => timers.forEach((callback) => callback()) }
}

describe('a peer', () => {
  it('whose link was closed is lost when it cannot be dialled, not before [TAK-2]', () => {
    const { hearing, losses } = bench()
    hearing.ended('b', 'CLOSED')
    expect([hearing.hears('b'), losses()]).toEqual([true, 0])
    hearing.unreachable('b')
    expect([hearing.hears('b'), losses()]).toEqual([false, 1])
  })

  it('that neither answers nor refuses is lost when the time for it is over [TAK-2]', () => {
    const { hearing, losses, elapse } = bench()
    hearing.ended('b', 'EPOCH_STALE')
    elapse()
    expect([hearing.hears('b'), losses()]).toEqual([false, 1])
  })

  it('that is linked again in time was never lost', () => {
    const { hearing, losses, elapse } = bench()
    hearing.ended('b', 'CLOSED')
    hearing.linked('b')
    hearing.unreachable('b')
    elapse()
    expect([hearing.hears('b'), losses()]).toEqual([true, 0])
  })

  it.each(['SHUTDOWN', 'SILENT'])('that ended with %s is lost at once', (code) => {
    const { hearing, losses } = bench()
    hearing.ended('b', code)
    expect([hearing.hears('b'), losses()]).toEqual([false, 1])
  })
})
