// The public page: a household states its trouble, or asks what became of it. Light, in large type, without login.
import './declare.css'
import { declareForm } from './form'
import { make } from './parts'
import { statusForm } from './status'
import { words, type Language } from './words'

const root = document.getElementById('declare') as HTMLElement
const asked = new URLSearchParams(location.search)
let language: Language = asked.get('lang') === 'en' || (!asked.get('lang') && !/^zh/i.test(navigator.language)) ? 'en' : 'zh'

function isStatus(): boolean {
  return /\/status\/?$/.test(location.pathname)
}

function link(text: string, path: string): HTMLElement {
  const anchor = make('a', { href: path + location.search }, [text])
  anchor.addEventListener('click', (event) => {
    event.preventDefault()
    history.pushState(null, '', path + location.search)
    void show()
  })
  return anchor
}

function head(title: string): HTMLElement {
  const t = words[language]
  const turn = make('button', { type: 'button', class: 'plain', lang: language === 'zh' ? 'en' : 'zh-CN' }, [t.language])
  turn.addEventListener('click', () => {
    language = language === 'zh' ? 'en' : 'zh'
    void show()
  })
  return make('header', {}, [make('h1', { tabindex: '-1' }, [title]), turn])
}

function done(receipt: string): void {
  const t = words[language]
  const title = head(t.doneTitle)
  root.replaceChildren(
    title,
    make('p', {}, [t.doneLead]),
    make('p', { class: 'label' }, [t.receipt]),
    make('p', { class: 'receipt' }, [receipt]),
    make('p', {}, [t.doneNext]),
    make('p', {}, [link(t.statusTitle, '/declare/status')]),
  )
  ;(title.firstChild as HTMLElement).focus()
}

async function show(): Promise<void> {
  const t = words[language]
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  document.title = isStatus() ? t.statusTitle : t.title
  if (isStatus()) {
    root.replaceChildren(head(t.statusTitle), statusForm(t, language), make('p', {}, [link(t.toDeclare, '/declare')]))
    return
  }
  try {
    const form = await declareForm(asked.get('village') || '', t, language, done)
    root.replaceChildren(head(t.title), make('p', {}, [t.lead]), make('p', {}, [link(t.toStatus, '/declare/status')]), form)
  } catch (problem) {
    root.replaceChildren(head(t.title), make('p', { class: 'fault', role: 'alert' }, [(problem as Error).message || t.offline]))
  }
}

window.addEventListener('popstate', () => void show())
void show()
