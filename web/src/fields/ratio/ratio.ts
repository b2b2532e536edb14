import { halfWidth } from '../input'

/** Moves the decimal point in the text, so that 5.5% is 0.055 and not what a multiplication would leave. */
function shifted(text: string, places: number): string {
  const [head = '', exponent = '0'] = text.split('e')
  return `${head}e${Number(exponent) + places}`
}
/** "5.5%" → 0.055; without a sign it is read as percent too, since that is what the field shows. */
export function parseRatio(typed: string): number | undefined {
  const text = halfWidth(typed).replace(/%$/, '')
  return /^[+-]?\d{1,12}(\.\d*)?$/.test(text) ? Number(shifted(text, -2)) : undefined
}
/** For reading: two places are enough. What is typed stays exact. */
export const showPercent = (value: number) => `${Number((value * 100).toFixed(2))}%`
export const writePercent = (value: number) => String(Number(shifted(String(value), 2)))
