import { language, t } from '@/i18n'

export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? t('value.unknown') : value.toLocaleString('en-US')

/** A moment as the county's clock shows it, to the minute. */
export function moment(text: string | null | undefined): string {
  if (!text) return ''
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) return text
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}

const DAY = 86_400_000
let apart = 0
const dayAt = (milliseconds: number) => moment(new Date(milliseconds).toISOString()).slice(0, 10)

/** The server says which day it is: a demonstration lives when its data end, and a phone's clock may be wrong. */
export function standOn(day: string) {
  apart = Math.round((Date.parse(day) - Date.parse(dayAt(Date.now()))) / DAY) * DAY || 0
}
export function today(): string {
  return dayAt(Date.now() + apart)
}

/** Negative: so many days ago. */
export const daysUntil = (day: string) => Math.round((Date.parse(day) - Date.parse(today())) / DAY)

export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return t('value.unknown')
  return `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}%`
}

/** Who did it: people by their user name, the program's own doings in words. */
const OWN = { casework: 'actor.system', zengshou: 'actor.system', assessment: 'actor.system', screening: 'actor.screening', declaration: 'actor.declaration', cli: 'actor.cli' } as const
export const actorName = (actor: string): string => (actor in OWN ? t(OWN[actor as keyof typeof OWN]) : actor)

export const join = (parts: (string | null | undefined)[], by?: string) =>
  parts.filter(Boolean).join(by ?? (language.value === 'en' ? ', ' : '、'))
