import { expect, test } from 'vitest'
import type { Clause } from '@/api/types'
import { bestFirst, courseOf, evenWay, groupByClause, listName, partWhere, reached, showNumber, showTarget, showValue, whyLight } from './indicators'

const clause = (id: string, parent: string | null = null): Clause => ({ id, parent, title: { zh: id, en: id }, text: id, lead: [], responsible: [] })
const line = { light: 'green', value: '5', due: '4', target: '10', forecast: '12', direction: '>=', met: false, undetermined: 0, report: null, measure: 'count', basis: 'months' } as const

test('two places, but never a rounding that tells what is not so', () => {
  expect(showNumber('95')).toBe('95')
  expect(showNumber('1234567.5')).toBe('1,234,567.5')
  expect(showNumber('95.1235')).toBe('95.12')
  expect(showNumber('99.9967')).toBe('99.9967')
  expect(showNumber('99.9512')).toBe('99.95')
  expect(showNumber('0.0001')).toBe('0.0001')
  expect(showNumber('-3.4567')).toBe('-3.46')
  expect(showNumber('19.996')).toBe('19.996')
})
test('unknown is not zero', () => {
  expect(showValue(null, '%')).toBe('未知')
  expect(showValue('0', '户')).toBe('0 户')
  expect(showValue('12.5', '%')).toBe('12.5%')
})
test('a year without a target shows the next one', () => {
  expect(showTarget({ target: '55', next_target: null, unit: '%', direction: '>=' })).toBe('≥ 55%')
  expect(showTarget({ target: null, next_target: { year: 2024, value: '98' }, unit: '%', direction: '>=' })).toContain('2024')
  expect(showTarget({ target: null, next_target: null, unit: '%', direction: '>=' })).toBe('—')
})
test('a bar for what is to be reached only', () => {
  expect(reached({ value: '5', target: '10', direction: '>=' })).toBe(0.5)
  expect(reached({ value: '15', target: '10', direction: '>=' })).toBe(1)
  expect(reached({ value: '0', target: '0', direction: '<=' })).toBeNull()
  expect(reached({ value: null, target: '10', direction: '>=' })).toBeNull()
})
test('indicators stand under the paths of the plan, in its order', () => {
  const clauses = [clause('一'), clause('二'), clause('二(一)', '二'), clause('三'), clause('三(一)', '三'), clause('三(一)1', '三(一)')]
  const groups = groupByClause(clauses, [{ clause: ['三(一)1'] }, { clause: [] }, { clause: ['二(一)', '三(一)'] }, { clause: ['三(一)'] }])
  expect(groups.map((one) => [one.chapter?.id, one.clause?.id, one.lines.length])).toEqual([
    ['二', '二(一)', 1],
    ['三', '三(一)', 2],
    [undefined, undefined, 1],
  ])
})
test('why a light is what it is', () => {
  expect(whyLight(line)).toBe('why_on_way')
  expect(whyLight({ ...line, met: true })).toBe('why_met')
  expect(whyLight({ ...line, light: 'yellow' })).toBe('why_falls_short')
  expect(whyLight({ ...line, light: 'yellow', value: '3.9' })).toBe('why_near')
  expect(whyLight({ ...line, light: 'red', value: '1' })).toBe('why_behind')
  expect(whyLight({ ...line, light: 'unknown', value: null, measure: 'reported' })).toBe('why_not_reported')
  expect(whyLight({ ...line, light: 'unknown' })).toBe('why_undetermined')
  expect(whyLight({ ...line, light: 'unknown', due: null })).toBe('why_no_beginning')
  expect(whyLight({ ...line, light: 'unknown', due: null, basis: 'month_end' })).toBe('why_month_runs')
  expect(whyLight({ ...line, light: 'unknown', due: null, basis: 'year_end' })).toBe('why_year_runs')
  expect(evenWay({ target: '0', begin: null, pace: 'holds', basis: 'year_end' })).toEqual([...Array(11).fill(null), 0])
  expect(whyLight({ ...line, light: 'none', target: null })).toBe('why_no_target')
})
test('the even way to a target begins where the year began', () => {
  expect(evenWay({ target: '120', begin: '60', pace: 'builds' }).slice(0, 2)).toEqual([65, 70])
  expect(evenWay({ target: '120', begin: null, pace: 'accumulates' }).at(-1)).toBe(120)
  expect(evenWay({ target: '95', begin: null, pace: 'holds' })).toEqual(Array(12).fill(95))
  expect(evenWay({ target: null, begin: null, pace: 'holds' })).toEqual(Array(12).fill(null))
})
test('months that have not come, or are not known, are gaps', () => {
  expect(courseOf({ trend: [{ month: '2022-01', value: '1.5' }, { month: '2022-02', value: null }] }).slice(0, 3)).toEqual([1.5, null, null])
})
test('a part of a figure opens as a part of its list', () => {
  expect(partWhere('在册 且 已参保', '农户类别', { code: 'relocated' })).toBe('(在册 且 已参保) and (农户类别) = relocated')
  expect(partWhere('x', 'kind', { code: '' })).toBe('(x) and (kind) is null')
})
test('rank 1 is the best: the least where less is better', () => {
  const of = (direction: '>=' | '=' | '<=', target: string | null) => ({ direction, target, next_target: null })
  expect([81, 0, 3].sort((a, b) => bestFirst(of('=', '0'))(b) - bestFirst(of('=', '0'))(a))).toEqual([0, 3, 81])
  expect([81, 0, 3].sort((a, b) => bestFirst(of('<=', '5'))(b) - bestFirst(of('<=', '5'))(a))).toEqual([0, 3, 81])
  expect([81, 0, 3].sort((a, b) => bestFirst(of('>=', '5'))(b) - bestFirst(of('>=', '5'))(a))).toEqual([81, 3, 0])
  expect([9, 4, 6].sort((a, b) => bestFirst(of('=', '5'))(b) - bestFirst(of('=', '5'))(a))).toEqual([4, 6, 9])
})
test('those who are not among a count are not called behind', () => {
  const few = { measure: 'count', direction: '=', target: '0', next_target: null } as const
  expect([listName(few, 'counted'), listName(few, 'missing'), listName(few, 'undetermined')]).toEqual(['counted_bad', 'not_counted', 'undetermined'])
  expect(listName({ ...few, direction: '>=', target: '9' }, 'counted')).toBe('counted')
  expect(listName({ ...few, measure: 'share', direction: '>=', target: '9' }, 'missing')).toBe('missing')
})
test('where the beginning is not known there is no way to the target but its end', () => {
  expect(evenWay({ target: '10', begin: null, pace: 'builds' })).toEqual([...Array<null>(11).fill(null), 10])
})
