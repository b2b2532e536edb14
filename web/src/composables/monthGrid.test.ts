import { describe, expect, it } from 'vitest'
import { monthAfter, monthGrid } from './monthGrid'

describe('the weeks of a month', () => {
  it('begin on Monday and are whole', () => {
    const weeks = monthGrid('2022-10')
    expect(weeks.map((week) => week.length)).toEqual([7, 7, 7, 7, 7, 7])
    expect([weeks[0]?.[0]?.date, weeks[5]?.[6]?.date]).toEqual(['2022-09-26', '2022-11-06'])
    expect(weeks.flat().filter((one) => one.inside)).toHaveLength(31)
  })
  it('know leap days and the turn of the year', () => {
    expect(monthGrid('2024-02').flat().filter((one) => one.inside)).toHaveLength(29)
    expect([monthAfter('2022-12', 1), monthAfter('2022-01', -1)]).toEqual(['2023-01', '2021-12'])
  })
})
