// What pages make of the lines that the server gives: how a value is written out, in which order they stand, and why a light is what it is.
import type { Clause, IndicatorLine, IndicatorPart } from '@/api/types'
import { say, t } from '@/i18n'

const SHOWN = 2

/** 1234.5 → 1,234.5. Two places, unless rounding would tell something that is not so: 99.9967 % is not 100 %. */
export function showNumber(value: string): string {
  const [whole = '0', part = ''] = value.replace('-', '').split('.')
  const sign = value.startsWith('-') ? '-' : ''
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  if (part === '') return sign + grouped
  if (part.length <= SHOWN) return `${sign}${grouped}.${part}`
  const rounded = Number(`${whole}.${part}`).toFixed(SHOWN)
  const [roundWhole = '0', roundPart = ''] = rounded.split('.')
  if (/^0*$/.test(roundPart)) return `${sign}${grouped}.${part}`
  return `${sign}${roundWhole.replace(/\B(?=(\d{3})+$)/g, ',')}.${roundPart.replace(/0+$/, '')}`
}

/** A value with its unit; unknown where there is none. */
export function showValue(value: string | null | undefined, unit: string): string {
  if (value === null || value === undefined) return t('value.unknown')
  return unit === '%' ? `${showNumber(value)}%` : `${showNumber(value)} ${unit}`
}
const SIGNS: Record<IndicatorLine['direction'], string> = { '>=': '≥', '>': '>', '<=': '≤', '<': '<', '=': '=' }
export function showTarget(line: Pick<IndicatorLine, 'target' | 'next_target' | 'unit' | 'direction'>): string {
  if (line.target !== null) return `${SIGNS[line.direction]} ${showValue(line.target, line.unit)}`
  return line.next_target ? t('indicator.next_target', { year: line.next_target.year, value: showValue(line.next_target.value, line.unit) }) : '—'
}

/** How much of the target is reached, for a bar: between 0 and 1, null where a bar would say nothing. */
export function reached(line: Pick<IndicatorLine, 'value' | 'target' | 'direction'>): number | null {
  if (line.value === null || line.target === null || line.direction === '<=' || line.direction === '<') return null
  const target = Number(line.target)
  return target > 0 ? Math.min(1, Math.max(0, Number(line.value) / target)) : null
}
export const denominator = (line: Pick<IndicatorLine, 'counted' | 'missing'>) => line.counted + line.missing
/** Shares and growth rest on a denominator; amounts do not. */
export const hasDenominator = (line: Pick<IndicatorLine, 'measure'>) => line.measure === 'share' || line.measure === 'quotient' || line.measure === 'growth'

/** Is less of it better? Of what must be exactly so much it is where nothing lies below. */
export const lessIsBetter = (line: Pick<IndicatorLine, 'direction' | 'target' | 'next_target'>): boolean =>
  line.direction === '<=' || line.direction === '<' || (line.direction === '=' && Number(line.target ?? line.next_target?.value ?? '0') === 0)
/** How good a value is, for ranks. */
export const bestFirst =
  (line: Pick<IndicatorLine, 'direction' | 'target' | 'next_target'>) =>
  (value: number): number => {
    if (lessIsBetter(line)) return -value
    return line.direction === '=' ? -Math.abs(value - Number(line.target ?? line.next_target?.value ?? '0')) : value
  }
/** The key of what a list of a figure is called (i18n: indicator.list_…): of a count where less is better those who do not count are the good ones. */
export const listName = (line: Pick<IndicatorLine, 'measure' | 'direction' | 'target' | 'next_target'>, list: 'counted' | 'missing' | 'undetermined'): string => {
  if (line.measure !== 'count' || list === 'undetermined') return list
  return list === 'missing' ? 'not_counted' : lessIsBetter(line) ? 'counted_bad' : list
}

// ── order

export interface ClauseGroup<T> {
  chapter: Clause | null
  clause: Clause | null
  lines: T[]
}
/** Under the plan's chapters and paths, in its order; what names no clause comes last. */
export function groupByClause<T extends { clause: string[] }>(clauses: Clause[], lines: T[]): ClauseGroup<T>[] {
  const byId = new Map(clauses.map((one) => [one.id, one]))
  const order = new Map(clauses.map((one, index) => [one.id, index]))
  const groups = new Map<string, ClauseGroup<T>>()
  for (const line of lines) {
    const way: Clause[] = []
    for (let at = byId.get(line.clause[0] ?? ''); at; at = at.parent ? byId.get(at.parent) : undefined) way.unshift(at)
    const clause = way[1] ?? way[0] ?? null
    const key = clause?.id ?? ''
    const group = groups.get(key) ?? { chapter: way[0] ?? null, clause, lines: [] }
    group.lines.push(line)
    groups.set(key, group)
  }
  return [...groups.entries()].sort(([a], [b]) => (order.get(a) ?? Infinity) - (order.get(b) ?? Infinity)).map(([, group]) => group)
}

// ── why

const meets = (direction: IndicatorLine['direction'], value: number, wanted: number): boolean => {
  switch (direction) {
    case '>=':
      return value >= wanted
    case '>':
      return value > wanted
    case '<=':
      return value <= wanted
    case '<':
      return value < wanted
    case '=':
      return value === wanted
  }
}
/** Judged only when the month or the year is over. */
const unsettled = (line: Pick<IndicatorLine, 'basis'>): boolean => line.basis === 'month_end' || line.basis === 'year_end'
/** The key of the sentence that says why the light is what it is (i18n: indicator.why_…). */
export function whyLight(line: Pick<IndicatorLine, 'light' | 'value' | 'due' | 'target' | 'forecast' | 'direction' | 'met' | 'undetermined' | 'report' | 'measure' | 'basis'>): string {
  if (line.light === 'none') return line.target === null ? 'why_no_target' : 'why_no_target_here'
  if (line.light === 'unknown' && line.value !== null && unsettled(line)) return line.basis === 'month_end' ? 'why_month_runs' : 'why_year_runs'
  if (line.light === 'unknown' && line.value !== null) return line.due === null ? 'why_no_beginning' : 'why_undetermined'
  if (line.light === 'unknown') return line.measure === 'reported' ? 'why_not_reported' : 'why_unknown'
  const onTime = line.value !== null && line.due !== null && meets(line.direction, Number(line.value), Number(line.due))
  if (line.light === 'green') return line.met ? 'why_met' : 'why_on_way'
  if (line.light === 'yellow') return onTime ? 'why_falls_short' : 'why_near'
  return 'why_behind'
}
/** How due and forecast come about (i18n: indicator.how_…). */
export const howDue = (line: Pick<IndicatorLine, 'basis' | 'pace' | 'cumulative'>): string =>
  line.basis === 'holds' ? 'how_holds' : line.basis === 'last_year' ? 'how_last_year' : line.pace === 'builds' || line.cumulative ? 'how_builds' : 'how_months'

// ── the course of a year

export const MONTHS = 12
/** The way to the target, month by month; null without a target. */
export function evenWay(line: Pick<IndicatorLine, 'target' | 'begin' | 'pace'> & Partial<Pick<IndicatorLine, 'basis'>>): (number | null)[] {
  const months = Array.from({ length: MONTHS }, (_, index) => index + 1)
  if (line.target === null) return months.map(() => null)
  const target = Number(line.target)
  if (line.basis === 'year_end') return months.map((month) => (month === MONTHS ? target : null))
  if (line.pace === 'holds') return months.map(() => target)
  if (line.begin === null) return months.map((month) => (month === MONTHS ? target : null))
  const begin = Number(line.begin)
  return months.map((month) => begin + ((target - begin) * month) / MONTHS)
}
/** The values of the months as numbers for a chart; null where they are not known or have not come. */
export function courseOf(line: Pick<IndicatorLine, 'trend'>): (number | null)[] {
  const byMonth = new Map(line.trend.map((one) => [Number(one.month.slice(5)), one.value]))
  return Array.from({ length: MONTHS }, (_, index) => {
    const value = byMonth.get(index + 1)
    return value === null || value === undefined ? null : Number(value)
  })
}

// ── lists

/** The condition of a part's list: that of the whole and the code that parts it. */
export const partWhere = (where: string, by: string, part: Pick<IndicatorPart, 'code'>): string =>
  `(${where}) and ${part.code === '' ? `(${by}) is null` : `(${by}) = ${part.code}`}`

export const clauseName = (clause: Clause | null): string => (clause ? `${clause.id} ${say(clause.title)}` : t('indicator.no_clause'))
