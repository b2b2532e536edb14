// What all charts have in common; their colours are given to them (ink.ts).
export interface Ink {
  ink: string
  muted: string
  line: string
  axis: string
  accent: string
  past: string
  target: string
  kinds: string[]
}

/** What all charts have in common. Rich text is drawn on the canvas: the content security policy lets no page set styles in markup. */
export const chartBase = (colours: Ink) => ({
  animation: false,
  textStyle: { fontFamily: 'inherit' },
  aria: { enabled: false },
  grid: { left: 8, right: 8, top: 40, bottom: 4, containLabel: true },
  legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: colours.ink } },
})
export const categoryAxis = (colours: Ink, data: string[]) => ({
  type: 'category' as const,
  data,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: colours.axis } },
  axisLabel: { color: colours.muted },
})
export const valueAxis = (colours: Ink, formatter?: (value: number) => string) => ({
  type: 'value' as const,
  axisLabel: { color: colours.muted, ...(formatter ? { formatter } : {}) },
  splitLine: { lineStyle: { color: colours.line } },
})
