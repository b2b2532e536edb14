// The four wheels, always in the same colours and order.
import type { EChartsCoreOption } from 'echarts/core'
import type { LedgerMonth, LedgerYear } from '@/api/types'
import { forChart, showMoney } from '@/fields/money/money'
import { t } from '@/i18n'
import { categoryAxis, chartBase, valueAxis, type Ink } from './chart'

export interface WheelRow {
  label: string
  kinds: Record<string, string | null>
}
export const monthRows = (months: LedgerMonth[]): WheelRow[] => months.map((one) => ({ label: one.month, kinds: one.kinds }))
export const yearRows = (years: LedgerYear[]): WheelRow[] => years.map((one) => ({ label: String(one.year), kinds: one.kinds }))

export function wheelChart(rows: WheelRow[], codes: { code: string; label: string }[], colours: Ink, stacked = true): EChartsCoreOption {
  return {
    ...chartBase(colours),
    color: colours.kinds,
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      valueFormatter: (value: unknown) => (typeof value === 'number' ? `${showMoney(value.toFixed(2), true)} ${t('value.yuan')}` : t('value.unknown')),
    },
    xAxis: categoryAxis(colours, rows.map((one) => one.label)),
    yAxis: valueAxis(colours),
    series: codes.map(({ code, label }) => ({
      type: 'bar',
      name: label,
      ...(stacked ? { stack: 'all' } : {}),
      barMaxWidth: 28,
      data: rows.map((one) => forChart(one.kinds[code] ?? null)),
    })),
  }
}
