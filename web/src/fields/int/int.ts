import { halfWidth } from '../input'

export function parseInteger(typed: string): number | undefined {
  const text = halfWidth(typed).replace(/,/g, '')
  const value = Number(text)
  return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined
}
