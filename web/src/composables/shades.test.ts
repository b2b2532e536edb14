import { expect, test } from 'vitest'
import { ranked, stepsOf } from './shades'

const of = (...values: (number | null)[]) => values.map((value) => ({ value }))

test('equal steps from least to most, unknown apart', () => {
  expect(stepsOf(of(0, 50, 100, null))).toEqual([0, 2, 4, null])
  expect(stepsOf(of(7, 7))).toEqual([0, 0])
  expect(stepsOf(of(-10, 0))).toEqual([0, 4])
  expect(stepsOf([])).toEqual([])
})
test('most first, unknown last', () => {
  expect(ranked(of(1, null, 3, 2)).map((one) => one.value)).toEqual([3, 2, 1, null])
})
