// What a public notice says, and the link to it from a record.
import type { RouteLocationRaw } from 'vue-router'
import type { Division, Notice, Place, RecordRow } from '@/api/types'

/** `{name}` in a text of the pack; what is not known stays a gap to be filled by hand. */
export const filled = (text: string, values: Record<string, string>) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] || '＿＿＿＿')

/** 2022-09-05 as documents write it. */
export function dayInWords(date: string, language: 'zh' | 'en'): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  if (!parts || language === 'en') return date
  return `${parts[1]}年${Number(parts[2])}月${Number(parts[3])}日`
}

/** The village of a place; names alone are ambiguous, so the township's counts too. */
export function villageOf(place: Place, divisions: Division[]): Division | undefined {
  const township = divisions.find((one) => one.level === 'township' && one.name === place.township)
  return divisions.find((one) => one.level === 'village' && one.name === place.village && (!township || one.parent === township.code))
}

/** Where the notice stands on which the record is; null while it has no day yet, or lies nowhere. */
export function noticeOf(notices: Notice[], divisions: Division[], register: string, record: Pick<RecordRow, 'values'>, place: Place, back: string): RouteLocationRaw | null {
  const notice = notices.find((one) => one.register === register)
  const from = notice ? record.values[notice.from] : null
  const village = villageOf(place, divisions)
  if (typeof from !== 'string' || !village) return null
  return { name: 'notice', params: { register }, query: { division: village.code, from, back } }
}

/** The day until which it hangs at least; '' where the pack does not say. */
export function lastDay(from: string, least: number | null): string {
  const begin = Date.parse(`${from}T00:00:00Z`)
  return least === null || Number.isNaN(begin) ? '' : new Date(begin + least * 86400000).toISOString().slice(0, 10)
}
