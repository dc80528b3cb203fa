/** Sets an attribute: a dialog with name, type and value. Its button is the one confirmation. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { SessionView, ShownValue } from '@understudy/protocol/inspect'
import { act } from '../inspect/action.js'
import { SafeText } from '../parts/safe-text.js'
import type { TextType } from './value-text.js'
import { textOf, TYPES, valueOf } from './value-text.js'

interface Edit {
  readonly key: SessionView['key']
  /** Undefined for a new attribute. */
  readonly name: string | undefined
  readonly type: TextType
  readonly text: string
}

const edit = signal<Edit | undefined>(undefined)
const wrong = signal<string | undefined>(undefined)

/** Opens the editor; `value`: what to begin with, if it was revealed. */
export function editAttribute(key: SessionView['key'], name: string | undefined, value?: ShownValue): void {
  wrong.value = undefined
  edit.value = { key, name, ...(value === undefined ? { type: 'string', text: '' } : (textOf(value) ?? { type: 'JSON', text: '' })) }
}

/** The dialog; stands once in the page. */
export function Editor() {
  const asked = edit.value
  return asked === undefined ? null : <Open key={`${asked.key} ${asked.name ?? ''}`} asked={asked} />
}

function Open({ asked }: { readonly asked: Edit }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const value = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    if (asked.name !== undefined) value.current?.focus()
  }, [])
  const close = (): void => {
    edit.value = undefined
  }
  const save = (event: Event): void => {
    event.preventDefault()
    const fields = new FormData(form.current ?? undefined)
    const read = valueOf(TYPES.find((type) => type === fields.get('type')) ?? 'string', String(fields.get('value') ?? ''))
    wrong.value = 'wrong' in read ? read.wrong : undefined
    if ('wrong' in read) return
    const name = asked.name ?? String(fields.get('name') ?? '')
    close()
    void act({ kind: 'set', key: asked.key, name, value: read.value }, 'The attribute is saved')
  }
  return (
    <dialog ref={dialog} aria-labelledby="editor" onClose={close}>
      <form ref={form} onSubmit={save}>
        <h1 id="editor">{asked.name === undefined ? 'Add an attribute' : <>Edit “<SafeText text={asked.name} length={60} />”</>}</h1>
        <p class="dim">The app sees the new value at once, on every node. This is logged with your token’s name, without the value.</p>
        {asked.name === undefined && <label class="stacked">name <input class="field" name="name" required maxLength={256} autocomplete="off" /></label>}
        <label class="stacked">type <select class="field" name="type" defaultValue={asked.type}>{TYPES.map((type) => <option key={type} value={type} selected={type === asked.type}>{type}</option>)}</select></label>
        <label class="stacked">value <textarea ref={value} class="field mono" name="value" rows={6} spellcheck={false} defaultValue={asked.text} /></label>
        {wrong.value !== undefined && <p class="bad" role="alert">{wrong.value}</p>}
        <div class="buttons">
          <button class="button" type="button" onClick={close}>Cancel</button>
          <button class="button main" type="submit">Save to all nodes</button>
        </div>
      </form>
    </dialog>
  )
}
