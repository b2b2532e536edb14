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

export function today(): string {
  return moment(new Date().toISOString()).slice(0, 10)
}

export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return t('value.unknown')
  return `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}%`
}

export const join = (parts: (string | null | undefined)[], by?: string) =>
  parts.filter(Boolean).join(by ?? (language.value === 'en' ? ', ' : '、'))
