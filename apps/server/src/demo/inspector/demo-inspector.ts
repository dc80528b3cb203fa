/** One inspector of the demo: frames pass between browser and node as they are, but for the demo's own. */
import type { ByteSocket } from '@understudy/node'
import { decodeInspectDownFrame, decodeInspectUpFrame, encodeInspectDownFrame, ProtocolError } from '@understudy/protocol/inspect'
import type { InspectDownFrame, InspectUpFrame } from '@understudy/protocol/inspect'
import { CommandError } from '../../command-error.js'
import type { DemoControls } from './demo-controls.js'

/** Bytes that may wait for the browser before it is cut off. */
const TOO_SLOW = 8 * 1024 * 1024

/** One browser, and the node it looks at. */
export class DemoInspector {
  readonly #browser: ByteSocket
  readonly #node: ByteSocket
  readonly #controls: DemoControls
  readonly #ended: () => void
  #isGreeted = false
  #isOver = false
  #isNodeGone = false
  /** Buttons pressed and not answered yet. */
  #presses = 0

  constructor(browser: ByteSocket, node: ByteSocket, controls: DemoControls, ended: () => void) {
    this.#browser = browser
    this.#node = node
    this.#controls = controls
    this.#ended = ended
    browser.message = (bytes) => this.#up(bytes)
    browser.closed = () => this.#end()
    node.message = (bytes) => this.#down(bytes)
    node.closed = () => {
      this.#isNodeGone = true
      this.#followNode()
    }
  }

  /** Tells the browser how the demo stands. */
  tell(state: InspectDownFrame): void {
    if (this.#isGreeted) this.#send(state)
  }

  /** Ends both links and tells the browser why. */
  close(code: string, message: string): void {
    if (this.#isOver) return
    this.#send({ type: 'bye', code, message })
    this.#browser.close(code === 'SHUTDOWN' ? 1001 : 1012, code)
    this.#end()
  }

  #up(bytes: Uint8Array): void {
    const frame = demoFrame(bytes)
    if (frame === undefined || !this.#isGreeted) return this.#node.send(bytes)
    const { request, control } = frame
    this.#presses++
    return void this.#controls.press(control).then(
      (result) => this.#send({ type: 'demonstrated', request, result }),
      (error: unknown) => {
        const code = error instanceof CommandError ? 'NOT_OFFERED' : 'INTERNAL'
        this.#send({ type: 'failed', request, code, message: (error instanceof Error ? error.message : String(error)).slice(0, 1_000) })
      },
    ).finally(() => {
      this.#presses--
      this.#followNode()
    })
  }

  /** Ends with the node, but not before whoever ended it has been told so. */
  #followNode(): void {
    if (this.#isNodeGone && this.#presses === 0) this.close('NODE_GONE', 'the node is gone; another one of the demo will answer')
  }

  #down(bytes: Uint8Array): void {
    if (this.#isOver) return
    // It does not read: what waits for it must not grow without bound.
    if (this.#browser.buffered > TOO_SLOW) return this.#browser.terminate()
    const welcome = this.#isGreeted ? undefined : decodeInspectDownFrame(bytes)
    if (welcome?.type !== 'welcome') return this.#browser.send(bytes)
    this.#isGreeted = true
    this.#send({ ...welcome, demo: true })
    return this.#send({ type: 'demo', state: this.#controls.state })
  }

  #send(frame: InspectDownFrame): void {
    if (!this.#isOver) this.#browser.send(encodeInspectDownFrame(frame))
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#node.close(1000, 'nobody looks')
    this.#ended()
  }
}

/** The press of a button; undefined for whatever the node is to judge, damaged frames among it. */
function demoFrame(bytes: Uint8Array): Extract<InspectUpFrame, { readonly type: 'demo' }> | undefined {
  try {
    const frame = decodeInspectUpFrame(bytes)
    return frame.type === 'demo' ? frame : undefined
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
