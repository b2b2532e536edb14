import { describe, expect, it } from 'vitest'
import { growth, parseMoney, shortMoney, showMoney, sumMoney, toFen, writeFen } from './money'

describe('money', () => {
  it('tells large amounts at a glance', () => {
    expect(shortMoney('123456789.00', 'zh')).toBe('1.23亿')
    expect(shortMoney('56789000.00', 'zh')).toBe('5,678.9万')
    expect(shortMoney('9999.50', 'zh')).toBe('9,999.5')
    expect(shortMoney('-20000.00', 'zh')).toBe('-2万')
    expect(shortMoney('0.00', 'zh')).toBe('0')
    expect(shortMoney('1234567.00', 'en')).toBe('1.23m')
  })
  it('reads what people write, exactly', () => {
    expect(parseMoney('1234.5')).toBe('1234.50')
    expect(parseMoney('￥1,234.50')).toBe('1234.50')
    expect(parseMoney('１２３元')).toBe('123.00')
    expect(parseMoney('1.2万')).toBe('12000.00')
    expect(parseMoney('0.123456万')).toBe('1234.56')
    expect(parseMoney('-0.05')).toBe('-0.05')
    expect(parseMoney('9007199254740993.01')).toBeUndefined()
    expect(parseMoney('900719925474099.31')).toBe('900719925474099.31')
  })
  it('refuses what is no amount or finer than a fen', () => {
    for (const wrong of ['', 'abc', '1.234', '1.2.3', '--1', '0.12345678万', '１e5']) expect(parseMoney(wrong)).toBeUndefined()
    expect(parseMoney('1.230')).toBe('1.23')
  })
  it('adds without rounding', () => {
    expect(sumMoney(['0.10', '0.20', null, undefined])).toBe('0.30')
    expect(sumMoney(['90071992547409.93', '0.01'])).toBe('90071992547409.94')
    expect(sumMoney([null])).toBeNull()
  })
  it('writes fen and groups thousands', () => {
    expect(writeFen(-5n)).toBe('-0.05')
    expect(toFen('-0.05')).toBe(-5n)
    expect(showMoney('1234567.8')).toBe('1,234,567.80')
    expect(showMoney('-1000.00', true)).toBe('-1,000')
    expect(showMoney('nonsense')).toBe('nonsense')
  })
  it('compares years', () => {
    expect(growth('105.50', '100.00')).toBe(0.055)
    expect(growth('1.00', '0.00')).toBeNull()
    expect(growth(null, '1.00')).toBeNull()
  })
})
