// What became of a declaration, for who knows its receipt and the identity number.
import { call, Refused } from './call'
import { field, make } from './parts'
import type { Language, Words } from './words'

export function statusForm(t: Words, language: Language): HTMLElement {
  const receipt = field('receipt', t.receipt, '', make('input', { autocapitalize: 'characters', autocomplete: 'off', maxlength: '20' }))
  const identity = field('identity', t.identity, t.identityHint, make('input', { autocapitalize: 'characters', autocomplete: 'off', maxlength: '20' }))
  const said = make('div', { class: 'said', role: 'status', tabindex: '-1' })
  const button = make('button', { type: 'submit' }, [t.ask])
  const form = make('form', { novalidate: '' }, [make('p', {}, [t.statusLead]), receipt.box, identity.box, button, said])
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const empty = [receipt, identity].filter((each) => each.input.value.trim() === '')
    ;[receipt, identity].forEach((each) => each.fault(empty.indexOf(each) >= 0 ? t.required : ''))
    if (empty[0]) return empty[0].input.focus()
    button.disabled = true
    try {
      const answer = await call<{ received: string; words: { zh: string; en: string } }>('POST', '/declare/status', language, {
        receipt: receipt.input.value,
        identity: identity.input.value,
      })
      said.replaceChildren(
        make('p', { class: 'state' }, [answer.words[language] || answer.words.zh]),
        make('p', { class: 'hint' }, [t.received + '：' + answer.received]),
      )
    } catch (problem) {
      said.replaceChildren(make('p', { class: 'fault' }, [(problem instanceof Refused && problem.message) || t.offline]))
    }
    button.disabled = false
    said.focus()
  })
  return form
}
