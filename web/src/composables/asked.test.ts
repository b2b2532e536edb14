import { expect, test } from 'vitest'
import { readAsked, writeAsked } from './asked'

test('year, month and place go into the address and come back', () => {
  const asked = { year: 2022, month: 9, division: '430421' }
  expect(readAsked(writeAsked(asked))).toEqual(asked)
  expect(writeAsked({ year: null, month: null, division: null })).toEqual({})
})
test('what cannot be read is as if it were not there', () => {
  expect(readAsked({ year: 'x', month: '9' })).toEqual({ year: null, month: null, division: null })
  expect(readAsked({ year: '2022', month: '13', division: '' })).toEqual({ year: 2022, month: null, division: null })
  expect(readAsked({ year: ['2022', '2023'] })).toEqual({ year: null, month: null, division: null })
})
