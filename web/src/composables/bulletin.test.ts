import { expect, test } from 'vitest'
import { monthOf } from './bulletin'

test('a month of the address, or the one that is shown otherwise', () => {
  const otherwise = { year: 2022, month: 9 }
  expect(monthOf('2023-01', otherwise)).toEqual({ year: 2023, month: 1 })
  for (const wrong of ['', '2023', '2023-1', '2023-01-05', 'x']) expect(monthOf(wrong, otherwise)).toEqual(otherwise)
})
