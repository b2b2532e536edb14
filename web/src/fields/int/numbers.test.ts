import { describe, expect, it } from 'vitest'
import { parseDecimal, showDecimal } from '../decimal/decimal'
import { parseRatio, writePercent } from '../ratio/ratio'
import { parseInteger } from './int'

describe('numbers', () => {
  it('whole numbers', () => {
    expect(parseInteger('１２')).toBe(12)
    expect(parseInteger('-3')).toBe(-3)
    expect(parseInteger('3.5')).toBeUndefined()
    expect(parseInteger('99999999999999999999')).toBeUndefined()
  })
  it('decimals stay text', () => {
    expect(parseDecimal('1,234.50')).toBe('1234.5')
    expect(parseDecimal('007')).toBe('7')
    expect(parseDecimal('0')).toBe('0')
    expect(parseDecimal('1e5')).toBeUndefined()
    expect(showDecimal('2.50')).toBe('2.5')
    expect(showDecimal('20')).toBe('20')
  })
  it('shares are typed and shown in percent, without binary dust', () => {
    expect(parseRatio('5.5%')).toBe(0.055)
    expect(parseRatio('５．５')).toBe(0.055)
    expect(writePercent(0.055)).toBe('5.5')
    expect(writePercent(0.07)).toBe('7')
    expect(parseRatio('a')).toBeUndefined()
  })
})
