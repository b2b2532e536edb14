import { expect, test } from 'vitest'
import { finds, history, lastChanged, type Parameter } from './parameters'

const parameter = {
  name: 'income_line',
  clause: ['二(一)'],
  source: null,
  note: '各年不同',
  values: [
    { from: '2021-01-01', value: '6000元', adopted: false },
    { from: '2022-01-01', value: '7000元', adopted: false },
    { from: '2022-01-01', value: '7100元', adopted: true },
    { from: '2023-01-01', value: '8000元', adopted: true },
  ],
  changes: [
    { id: 9, from: '2022-01-01', value: '7200元', state: { name: 'rejected', label: { zh: '', en: '' } } },
    { id: 7, from: '2022-01-01', value: '7100元', state: { name: 'in_force', label: { zh: '', en: '' } } },
  ],
} as unknown as Parameter

test('of two values for one date the adopted one holds, by the case that was approved', () => {
  const held = history(parameter, '2022-10-01', (state) => state === 'in_force')
  expect(held.map((one) => [one.value, one.holds, one.change?.id ?? null])).toEqual([
    ['8000元', false, null],
    ['7100元', true, 7],
    ['7000元', false, null],
    ['6000元', false, null],
  ])
})
test('when it was last changed, as of the day', () => {
  expect(lastChanged(parameter, '2022-10-01')).toBe('2022-01-01')
  expect(lastChanged(parameter, '2023-10-01')).toBe('2023-01-01')
  expect(lastChanged(parameter, '2021-10-01')).toBe('')
})
test('a search looks into label, name, clause and note', () => {
  expect(finds(parameter, '监测收入线', '收入线 二(一)')).toBe(true)
  expect(finds(parameter, '监测收入线', 'INCOME')).toBe(true)
  expect(finds(parameter, '监测收入线', '增速')).toBe(false)
})
