// A household's plan against its ledger: what was aimed at, what came in, month by month. Exact to the fen.
import type { EChartsCoreOption } from 'echarts/core'
import type { LedgerMonth, Values } from '@/api/types'
import { forChart, sumMoney, toFen, writeFen } from '@/fields/money/money'
import { categoryAxis, chartBase, valueAxis, type Ink } from './chart'

const MONTHS = 12

export interface PlanRow {
  code: string
  target: string | null
  /** What came in in the year so far; null where no month was reported. */
  actual: string | null
  /** actual / target; null where either is unknown or the target is nought. */
  share: number | null
}
export interface PlanMonth {
  month: string
  /** From January to this month; null behind the last month that was reported. */
  actual: string | null
  /** An even share of the year's target; null without a target. */
  target: string | null
}

const amount = (values: Values, field: string): string | null => {
  const value = values[field]
  return typeof value === 'string' ? value : null
}
export function share(actual: string | null, target: string | null): number | null {
  if (actual === null || target === null) return null
  const base = toFen(target)
  return base > 0n ? Number((toFen(actual) * 10000n) / base) / 10000 : null
}
export const monthsOf = (months: LedgerMonth[], year: number) => months.filter((one) => one.month.startsWith(`${year}-`))

/** targets: the plan's field for each kind of income, in the order of the rows. */
export function planRows(targets: Record<string, string>, values: Values, months: LedgerMonth[], year: number): PlanRow[] {
  const own = monthsOf(months, year)
  return Object.entries(targets).map(([code, field]) => {
    const target = amount(values, field)
    const actual = sumMoney(own.map((one) => one.kinds[code]))
    return { code, target, actual, share: share(actual, target) }
  })
}

export function planMonths(rows: PlanRow[], months: LedgerMonth[], year: number): PlanMonth[] {
  const target = sumMoney(rows.map((one) => one.target))
  const byMonth = new Map(monthsOf(months, year).map((one) => [one.month, one]))
  const last = [...byMonth.keys()].sort().at(-1) ?? ''
  let sum = 0n
  return Array.from({ length: MONTHS }, (_, index) => {
    const month = `${year}-${String(index + 1).padStart(2, '0')}`
    const kinds = byMonth.get(month)?.kinds ?? {}
    sum += toFen(sumMoney(rows.map((one) => kinds[one.code])) ?? '0')
    return {
      month,
      actual: month <= last ? writeFen(sum) : null,
      target: target === null ? null : writeFen((toFen(target) * BigInt(index + 1)) / BigInt(MONTHS)),
    }
  })
}

/** A date has passed and nothing says that it was done. */
export const isLate = (due: unknown, done: unknown, today: string) => typeof due === 'string' && due < today && (done ?? null) === null

export function planChart(months: PlanMonth[], words: { actual: string; target: string }, colours: Ink): EChartsCoreOption {
  return {
    ...chartBase(colours),
    color: [colours.accent, colours.target],
    xAxis: categoryAxis(colours, months.map((one) => one.month.slice(5))),
    yAxis: valueAxis(colours),
    series: [
      { type: 'bar', name: words.actual, barMaxWidth: 28, data: months.map((one) => forChart(one.actual)) },
      { type: 'bar', name: words.target, barMaxWidth: 6, data: months.map((one) => forChart(one.target)) },
    ],
  }
}
