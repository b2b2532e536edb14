// Money is text in yuan with two decimals, exact; sums go through whole fen. No amount is ever a floating-point number.
import { halfWidth } from '../input'

const AMOUNT = /^([+-]?)(\d{1,15})(?:\.(\d*))?$/

/** "1,234.5", "￥1234.50", "1.2万", "12元" → "1234.50" …; undefined where it is no amount or finer than a fen. */
export function parseMoney(typed: string): string | undefined {
  let text = halfWidth(typed).replace(/^[¥￥]/, '').replace(/,/g, '').replace(/元$/, '')
  let shift = 0
  if (/[万萬]$/.test(text)) {
    text = text.slice(0, -1)
    shift = 4
  }
  const parts = AMOUNT.exec(text)
  if (!parts) return undefined
  const [, sign, whole = '', fraction = ''] = parts
  const digits = fraction.padEnd(shift + 2, '0')
  if (/[1-9]/.test(digits.slice(shift + 2))) return undefined
  const fen = BigInt(whole + digits.slice(0, shift + 2))
  return writeFen(sign === '-' ? -fen : fen)
}

export function toFen(money: string): bigint {
  const parts = AMOUNT.exec(money)
  if (!parts) throw new RangeError(`not an amount: ${money}`)
  const fen = BigInt((parts[2] ?? '0') + (parts[3] ?? '').padEnd(2, '0').slice(0, 2))
  return parts[1] === '-' ? -fen : fen
}

export function writeFen(fen: bigint): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0')
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** With thousands apart; whole yuan lose their ".00" where `short` is asked for. */
export function showMoney(money: string, short = false): string {
  if (!AMOUNT.test(money)) return money
  const [whole = '', fraction = '00'] = writeFen(toFen(money)).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return short && fraction === '00' ? grouped : `${grouped}.${fraction}`
}

/** A change: what rose has its sign too. */
export const signedMoney = (money: string) => (Number(money) > 0 ? `+${showMoney(money, true)}` : showMoney(money, true))

const UNITS: Record<'zh' | 'en', [bigint, string][]> = { zh: [[10_000_000_000n, '亿'], [1_000_000n, '万']], en: [[100_000_000_000n, 'bn'], [100_000_000n, 'm'], [100_000n, 'k']] }
/** Large amounts at a glance: "1.23亿", "5,678.9万"; rounded, never for what is added up. */
export function shortMoney(money: string, language: 'zh' | 'en'): string {
  const fen = toFen(money)
  const size = fen < 0n ? -fen : fen
  const [unit, word] = UNITS[language].find(([least]) => size >= least) ?? [100n, '']
  const [whole = '', part = ''] = writeFen((size * 100n + unit / 2n) / unit).split('.')
  const places = part.replace(/0+$/, '')
  return `${fen < 0n ? '-' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${places ? `.${places}` : ''}${word}`
}

/** The sum of what is known; null where nothing is. */
export function sumMoney(amounts: (string | null | undefined)[]): string | null {
  const known = amounts.filter((one): one is string => typeof one === 'string')
  return known.length > 0 ? writeFen(known.reduce((sum, one) => sum + toFen(one), 0n)) : null
}

/** The change from `before` to `after` as a share of `before`, for people to read; null where it has no meaning. */
export function growth(after: string | null, before: string | null): number | null {
  if (after === null || before === null) return null
  const base = toFen(before)
  return base > 0n ? Number(((toFen(after) - base) * 10000n) / base) / 10000 : null
}

/** Only for the height of a bar. */
export const forChart = (money: string | null): number | null => (money === null ? null : Number(toFen(money)) / 100)
