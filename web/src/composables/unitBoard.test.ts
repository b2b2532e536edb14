import { expect, test } from 'vitest'
import type { DispatchRound, IndicatorLine } from '@/api/types'
import { countTasks, gravestFirst, lightOf, owed } from './unitBoard'

const lights = (more: object) => ({ green: 0, yellow: 0, red: 0, none: 0, unknown: 0, ...more })

test('a task has the gravest light of its indicators', () => {
  expect(lightOf({ lights: lights({ green: 5, red: 1 }) })).toBe('red')
  expect(lightOf({ lights: lights({ green: 5, none: 2 }) })).toBe('green')
  expect(lightOf({ lights: lights({}) })).toBe('none')
  expect(countTasks([{ lights: lights({ red: 2 }) }, { lights: lights({ green: 1 }) }, { lights: lights({ yellow: 1, red: 1 }) }])).toEqual(lights({ red: 2, green: 1 }))
})
test('the gravest first, among equals in the plan’s order', () => {
  const line = (name: string, light: string) => ({ name, light }) as IndicatorLine
  expect(gravestFirst([line('a', 'green'), line('b', 'none'), line('c', 'red'), line('d', 'green')]).map((one) => one.name)).toEqual(['c', 'a', 'd', 'b'])
})
test('owed: one’s own not handed in, others’ to be confirmed; what is late first', () => {
  const report = (id: number, unit: string, state: string, due: string, overdue = false, closed: string | null = null) => ({ id, unit: { name: unit }, state: { name: state }, due, overdue, closed })
  const round = {
    states: [{ name: 'filling' }, { name: 'confirming' }, { name: 'deciding' }],
    reports: [
      report(1, 'own', 'filling', '2022-10-25'),
      report(2, 'own', 'confirming', '2022-10-20'),
      report(3, 'other', 'confirming', '2022-10-21'),
      report(4, 'other', 'filling', '2022-10-01', true),
      report(5, 'own', 'filling', '2022-10-28', true),
      report(6, 'own', 'filling', '2022-10-02', false, '2022-10-03'),
    ],
  } as unknown as DispatchRound
  expect(owed(round, 'own').map((one) => one.id)).toEqual([5, 3, 1])
  expect(owed(null, 'own')).toEqual([])
})
