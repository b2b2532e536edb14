import { expect, test } from 'vitest'
import type { DivisionFigure, PlaceRank } from '@/api/types'
import { byWorkflow, placesBy } from './board'

const lights = (green: number, red: number) => ({ green, yellow: 0, red, none: 3, unknown: 1 })
const rank = (code: string, place: number, green: number, red: number): PlaceRank => ({ code, name: code, rank: place, lights: lights(green, red) })
const figure = (code: string, hits: number, subjects: number, growth: number | null = null): DivisionFigure => ({ code, name: code, subjects, people: 0, hits, undetermined: 0, per_capita: null, growth })
const leader = { ranking: [rank('a', 1, 3, 1), rank('b', 1, 3, 1), rank('c', 3, 0, 0)], picture: { divisions: [figure('a', 1, 10, 0.02), figure('b', 5, 10), figure('c', 5, 10, 0.08)] } } as unknown as Parameters<typeof placesBy>[1]

test('by lights in the order of the server; without a light nothing is known', () => {
  expect(placesBy('lights', leader).map((one) => [one.code, one.rank, one.value, one.text])).toEqual([
    ['a', 1, 0.75, '3/4'],
    ['b', 1, 0.75, '3/4'],
    ['c', 3, null, '未知'],
  ])
})
test('by a figure: most first, equals share a rank, unknown last', () => {
  expect(placesBy('share', leader).map((one) => [one.code, one.rank, one.text])).toEqual([
    ['b', 1, '50.0%'],
    ['c', 1, '50.0%'],
    ['a', 3, '10.0%'],
  ])
  expect(placesBy('growth', leader).map((one) => one.code)).toEqual(['c', 'a', 'b'])
  expect(placesBy('growth', leader).at(-1)?.value).toBeNull()
})
test('cases by workflow, the most overdue first', () => {
  const state = (workflow: string, name: string, open: number, overdue: number) => ({ workflow, state: name, open, overdue })
  const all = byWorkflow([state('x', 'a', 9, 0), state('y', 'a', 1, 1), state('x', 'b', 2, 0)])
  expect(all.map((one) => [one.workflow, one.open, one.overdue, one.states.length])).toEqual([
    ['y', 1, 1, 1],
    ['x', 11, 0, 2],
  ])
})
