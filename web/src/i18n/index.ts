import { computed } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import type { Label, Language } from '@/api/types'
import { en } from './en'
import { zh } from './zh'

const KEY = 'zengshou.language'

function remembered(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

export const i18n = createI18n({ legacy: false, locale: remembered(), fallbackLocale: 'zh', messages: { zh, en } })

export const language = computed<Language>(() => (i18n.global.locale.value === 'en' ? 'en' : 'zh'))

export function setLanguage(wanted: Language) {
  i18n.global.locale.value = wanted
  document.documentElement.lang = wanted === 'en' ? 'en' : 'zh-CN'
  try {
    localStorage.setItem(KEY, wanted)
  } catch {
    // Where the browser keeps nothing, the choice lasts as long as the page.
  }
}

/** The words of a label in the language of the page. */
export const say = (label: Label | null | undefined): string => (label ? label[language.value] || label.zh : '')

export const t = (key: string, values: Record<string, unknown> = {}): string => i18n.global.t(key, values)

export const useWords = () => ({ ...useI18n(), say, language })
