// The four wheels, always in the same colours and order.
import type { EChartsCoreOption } from 'echarts/core'
import type { LedgerMonth, LedgerYear } from '@/api/types'
import { forChart, showMoney } from '@/fields/money/money'
import { t } from '@/i18n'

export const WHEEL_COLOURS = ['#0f5f57', '#d08b1d', '#4a7ba6', '#8f6a9a', '#7c8a8f', '#b0574b']

export interface WheelRow {
  label: string
  kinds: Record<string, string | null>
}
export const monthRows = (months: LedgerMonth[]): WheelRow[] => months.map((one) => ({ label: one.month, kinds: one.kinds }))
export const yearRows = (years: LedgerYear[]): WheelRow[] => years.map((one) => ({ label: String(one.year), kinds: one.kinds }))

export function wheelChart(rows: WheelRow[], codes: { code: string; label: string }[], stacked = true): EChartsCoreOption {
  return {
    animation: false,
    color: WHEEL_COLOURS,
    textStyle: { fontFamily: 'inherit' },
    aria: { enabled: false },
    grid: { left: 8, right: 8, top: 40, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: '#465257' } },
    // Rich text is drawn on the canvas: the content security policy lets no page set styles in markup.
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      valueFormatter: (value: unknown) => (typeof value === 'number' ? `${showMoney(value.toFixed(2), true)} ${t('value.yuan')}` : t('value.unknown')),
    },
    xAxis: { type: 'category', data: rows.map((one) => one.label), axisTick: { show: false }, axisLine: { lineStyle: { color: '#c3cbcd' } }, axisLabel: { color: '#5f6b70' } },
    yAxis: { type: 'value', axisLabel: { color: '#5f6b70' }, splitLine: { lineStyle: { color: '#e8ecec' } } },
    series: codes.map(({ code, label }) => ({
      type: 'bar',
      name: label,
      ...(stacked ? { stack: 'all' } : {}),
      barMaxWidth: 28,
      data: rows.map((one) => forChart(one.kinds[code] ?? null)),
    })),
  }
}
