import { expect, test } from 'vitest'
import type { Task } from '@/api/types'
import { countTasks, prune, treeOfTasks } from './tasks'

const lights = { green: 0, yellow: 0, red: 0, none: 0, unknown: 0 }
const task = (clause: string, parent: string | null, ...lead: string[]): Task => ({
  clause,
  parent,
  title: { zh: clause, en: clause },
  lead: lead.map((name) => ({ name, label: { zh: name, en: name } })),
  responsible: [],
  indicators: [],
  lights,
  reports: null,
  records: [],
})
const plan = treeOfTasks([task('一', null), task('三', null), task('三(一)', '三', 'a'), task('三(一)1', '三(一)', 'b'), task('三(二)', '三', 'a')])

test('the tree has the order of the plan', () => {
  expect(plan.map((one) => one.task.clause)).toEqual(['一', '三'])
  expect(plan[1]?.children.map((one) => one.task.clause)).toEqual(['三(一)', '三(二)'])
  expect(countTasks(plan)).toBe(3)
})
test('what is wanted comes with what it lies in, and nothing else', () => {
  const found = prune(plan, (one) => one.lead.some((unit) => unit.name === 'b'))
  expect(found.map((one) => one.task.clause)).toEqual(['三'])
  expect(found[0]?.children.map((one) => one.task.clause)).toEqual(['三(一)'])
  expect(prune(plan, () => false)).toEqual([])
})
