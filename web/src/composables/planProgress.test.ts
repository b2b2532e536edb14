import { describe, expect, it } from 'vitest'
import type { LedgerMonth } from '@/api/types'
import { isLate, planMonths, planRows, share } from './planProgress'

const months: LedgerMonth[] = [
  { month: '2021-12', kinds: { wage: '999.00' } },
  { month: '2022-01', kinds: { wage: '100.10', transfer: '5.00' } },
  { month: '2022-03', kinds: { wage: '200.20' } },
]
const targets = { wage: 'target_wage', transfer: 'target_transfer', property: 'target_property' }
const values = { target_wage: '1200.00', target_transfer: null, target_property: '0.00' }

describe('a plan against the ledger', () => {
  const rows = planRows(targets, values, months, 2022)
  it('counts the months of its own year only, to the fen', () => {
    expect(rows.map((one) => one.actual)).toEqual(['300.30', '5.00', null])
  })
  it('says no share where the target is unknown or nought', () => {
    expect(rows.map((one) => one.share)).toEqual([0.2502, null, null])
    expect(share('5.00', '0.00')).toBeNull()
  })
  it('adds up month by month and stops where the ledger stops', () => {
    const line = planMonths(rows, months, 2022)
    expect(line).toHaveLength(12)
    expect(line.slice(0, 4).map((one) => one.actual)).toEqual(['105.10', '105.10', '305.30', null])
    expect([line[0]?.target, line[11]?.target]).toEqual(['100.00', '1200.00'])
  })
  it('has no line of targets where the plan names none', () => {
    expect(planMonths(planRows(targets, {}, months, 2022), months, 2022)[0]?.target).toBeNull()
  })
})
describe('what is late', () => {
  it('is what was due before today and is not done', () => {
    expect([isLate('2022-09-01', null, '2022-09-30'), isLate('2022-09-01', '2022-09-02', '2022-09-30'), isLate('2022-09-30', null, '2022-09-30'), isLate(null, null, '2022-09-30')]).toEqual([true, false, false, false])
  })
})
