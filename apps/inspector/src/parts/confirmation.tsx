/** Asks once before something is done, and says what it will mean. Escape and the backdrop mean no. */
import type { ComponentChildren } from 'preact'
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

/** What is asked. */
export interface Question {
  readonly title: string
  /** What it will mean. */
  readonly meaning: ComponentChildren
  /** What the button says: the verb of the action. */
  readonly verb: string
  readonly isDangerous?: boolean
  /** Done after a yes. */
  readonly act: () => void
}

const question = signal<Question | undefined>(undefined)

/** Asks; a question that is still open gives way. */
export function ask(one: Question): void {
  question.value = one
}

/** The dialog; stands once in the page. */
export function Confirmation() {
  const dialog = useRef<HTMLDialogElement>(null)
  const asked = question.value
  useEffect(() => {
    if (asked !== undefined) dialog.current?.showModal()
  }, [asked])
  if (asked === undefined) return null
  const close = (): void => {
    question.value = undefined
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    close()
    asked.act()
  }
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={close} onClick={(event) => event.target === dialog.current && close()}>
      <form onSubmit={submit}>
        <h1 id="question">{asked.title}</h1>
        <div class="dim">{asked.meaning}</div>
        <div class="buttons">
          <button class="button" type="button" onClick={close}>Cancel</button>
          <button class={`button main ${asked.isDangerous === true ? 'danger' : ''}`} type="submit">{asked.verb}</button>
        </div>
      </form>
    </dialog>
  )
}
