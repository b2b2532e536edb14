// The form of a declaration. What was typed stays when something is refused; only the question is a new one.
import { call, Refused } from './call'
import { choices, field, make, type Field } from './parts'
import { work } from './sha256'
import type { Language, Words } from './words'

interface Village {
  code: string
  name: string
  township: string
}
interface Page {
  county: string
  villages: Village[]
  risks: { name: string; label: { zh: string; en: string } }[]
}
interface Challenge {
  token: string
  question: string
  bits: number
}

const kept: Record<string, string> = {}

function remember(fields: Field[]): void {
  fields.forEach((each) => {
    const input = each.input
    if (input.name === 'answer') return
    if (kept[input.name]) input.value = kept[input.name] as string
    input.addEventListener('input', () => {
      kept[input.name] = input.value
      each.fault('')
    })
  })
}

function villageFields(page: Page, t: Words): Field[] {
  const fields: Field[] = []
  const names = page.villages.map((village) => village.township).filter((name, at, all) => all.indexOf(name) === at)
  const village = field('village', t.village, '', choices([], t.choose))
  const show = (township: string) => {
    const own = page.villages.filter((each) => each.township === township)
    const fresh = choices(own.map((each) => ({ value: each.code, label: each.name })), t.choose)
    village.input.replaceChildren(...Array.from(fresh.children))
  }
  const township = field('township', t.township, '', choices(names.map((name) => ({ value: name, label: name })), t.choose))
  township.input.addEventListener('input', () => show(township.input.value))
  if (kept['township']) show(kept['township'])
  fields.push(township, village)
  return fields
}

function textFields(page: Page, t: Words, language: Language): Field[] {
  const risks = page.risks.map((risk) => ({ value: risk.name, label: risk.label[language] || risk.label.zh }))
  return [
    field('name', t.name, '', make('input', { autocomplete: 'name', maxlength: '60' })),
    field('identity', t.identity, t.identityHint, make('input', { maxlength: '20', autocapitalize: 'characters', autocomplete: 'off' })),
    field('phone', t.phone, t.phoneHint, make('input', { type: 'tel', autocomplete: 'tel', maxlength: '20' })),
    field('risk', t.risk, '', choices(risks.concat([{ value: '-', label: t.otherRisk }]), t.choose)),
    field('story', t.story, t.storyHint, make('textarea', { rows: '5', maxlength: '2000' })),
  ]
}

/** Shows the form; `done` gets the receipt. */
export async function declareForm(code: string, t: Words, language: Language, done: (receipt: string) => void): Promise<HTMLElement> {
  let page = await call<Page>('GET', '/declare' + (code ? '?village=' + encodeURIComponent(code) : ''), language)
  const lost = code !== '' && page.villages.length === 0
  if (lost) page = await call<Page>('GET', '/declare', language)
  const only = code !== '' && !lost ? page.villages[0] : undefined
  const summary = make('p', { class: 'summary', role: 'alert', tabindex: '-1' }, lost ? [t.noVillage] : [])
  const places = only ? [] : villageFields(page, t)
  const question = make('p', { class: 'question' })
  const answer = field('answer', t.question, t.answerHint, make('input', { inputmode: 'numeric', autocomplete: 'off', maxlength: '20' }))
  answer.box.insertBefore(question, answer.input)
  answer.input.setAttribute('aria-describedby', 'question answer-hint answer-fault')
  question.id = 'question'
  const fields = places.concat(textFields(page, t, language), [answer])
  const button = make('button', { type: 'submit' }, [t.send])
  const form = make('form', { novalidate: '' }, [summary])
  if (only) form.append(make('p', { class: 'place' }, [only.township + ' ' + only.name]))
  fields.forEach((each) => form.append(each.box))
  form.append(make('p', { class: 'hint' }, [t.privacy]), button)
  remember(fields)

  let challenge: Challenge
  let worked: Promise<string>
  const renew = async () => {
    challenge = await call<Challenge>('GET', '/declare/challenge', language)
    worked = work(challenge.token, challenge.bits)
    question.textContent = challenge.question
    answer.input.value = ''
  }
  await renew()

  const say = (message: string, name: string) => {
    const found = fields.filter((each) => each.input.name === name)[0]
    if (found) {
      found.fault(message)
      found.input.focus()
    }
    summary.textContent = found ? t.fix : message
    if (!found) summary.focus()
  }
  const missing = () => {
    const empty = fields.filter((each) => each.input.value.trim() === '')
    empty.forEach((each) => each.fault(t.required))
    if (empty[0]) {
      empty[0].input.focus()
      summary.textContent = t.fix
    }
    return empty.length > 0
  }
  const send = async () => {
    const value = (name: string) => {
      const found = fields.filter((each) => each.input.name === name)[0]
      return found ? found.input.value.trim() : ''
    }
    const risk = value('risk')
    const body = {
      token: challenge.token,
      answer: value('answer'),
      work: await worked,
      village: only ? only.code : value('village'),
      name: value('name'),
      identity: value('identity'),
      phone: value('phone'),
      risk: risk === '-' ? null : risk,
      story: value('story'),
    }
    const answered = await call<{ receipt: string }>('POST', '/declare', language, body)
    Object.keys(kept).forEach((name) => delete kept[name])
    done(answered.receipt)
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    fields.forEach((each) => each.fault(''))
    summary.textContent = ''
    if (missing()) return
    button.disabled = true
    button.textContent = t.sending
    try {
      await send()
    } catch (problem) {
      const refused = problem instanceof Refused ? problem : new Refused('', '', 0)
      if (refused.field === 'answer' || refused.status === 409) await renew().catch(() => undefined)
      say(refused.message || t.offline, refused.field || (refused.status === 409 ? 'answer' : ''))
    }
    button.disabled = false
    button.textContent = t.send
  })
  return form
}
