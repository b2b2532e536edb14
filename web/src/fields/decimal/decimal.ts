import { halfWidth } from '../input'

/** A decimal stays text: "１，234.50" → "1234.5". */
export function parseDecimal(typed: string): string | undefined {
  const parts = /^([+-]?)0*(\d{1,15})(?:\.(\d{0,9}))?$/.exec(halfWidth(typed).replace(/,/g, ''))
  if (!parts) return undefined
  const fraction = (parts[3] ?? '').replace(/0+$/, '')
  return `${parts[1] === '-' ? '-' : ''}${parts[2]}${fraction ? `.${fraction}` : ''}`
}
export const showDecimal = (text: string) => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
