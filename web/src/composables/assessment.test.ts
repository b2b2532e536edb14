import { describe, expect, it } from 'vitest'
import type { AssessmentCriterion, AssessmentScore, AssessmentScored, AssessmentTable } from '@/api/types'
import { addsUp, objectable, openPoints, originOf, points, ranked, sumPoints, typedPoints } from './assessment'

const label = { zh: 'x', en: 'x' }
const criterion = (name: string, kind: AssessmentCriterion['kind'], of: string): AssessmentCriterion => ({ name, label, kind, points: of, indicator: null, full: null, zero: null, each: null })
const score = (name: string, part: Partial<AssessmentScore>): AssessmentScore => ({ criterion: name, figure: null, counted: 0, missing: 0, undetermined: 0, computed: null, reviewed: null, awarded: null, given: null, review: null, objection: null, spared: false, led: [], ...part })
const scored = (id: string, rank: number | null, of: string, scores: AssessmentScore[] = []): AssessmentScored => ({ id, label, place: null, points: of, open: 0, rank, grade: null, lists: [], vetoes: [], scores })
const criteria = [criterion('a', 'indicator', '33.5'), criterion('b', 'reviewed', '66.5'), criterion('c', 'deduction', '10')]

describe('points', () => {
  it('come from an objection before a figure before a review', () => {
    expect(originOf(score('a', {}))).toBe('open')
    expect(originOf(score('a', { spared: true }))).toBe('spared')
    expect(originOf(score('a', { computed: '1', given: '1' }))).toBe('figure')
    expect(originOf(score('a', { reviewed: '1', given: '1' }))).toBe('review')
    expect(originOf(score('a', { computed: '1', awarded: '2', given: '2' }))).toBe('objection')
  })
  it('add up without deductions, exactly', () => {
    expect(sumPoints(criteria, {})).toBe(1000000)
    expect(addsUp(criteria, { a: '33.4', b: '66.6' })).toBe(true)
    expect(addsUp(criteria, { a: '34' })).toBe(false)
    expect(addsUp(criteria, { c: '20' })).toBe(true)
  })
  it('are typed as numbers from 0', () => expect(['20', '0.5', '-1', 'x', '1.23456'].map(typedPoints)).toEqual(['20', '0.5', undefined, undefined, undefined]))
  it('are read with two places', () => expect([points('12.3400'), points('12.3456'), points(null)]).toEqual(['12.34', '12.35', '—']))
})

describe('a table', () => {
  const table: AssessmentTable = {
    run: { id: 1, scheme: 's', part: 'p', year: 2022, month: 9, as_of: '2022-09-30', facts: 5, state: 'published', published: '2022-10-01', objections_until: '2022-10-08', closed: null },
    criteria,
    scored: [scored('x', 2, '70', [score('a', { given: '1' }), score('b', {})]), scored('y', 1, '80'), scored('z', null, '90')],
    undecided: 0,
    lists: [],
    reviews: null,
    objections: null,
  }
  it('stands in order of rank', () => expect(ranked(table.scored).map((one) => one.id)).toEqual(['y', 'x', 'z']))
  it('says what is still open', () => expect(openPoints(table).map((one) => [one.scored.id, one.criterion.name])).toEqual([['x', 'b']]))
  it('does not wait for what does not apply', () => expect(openPoints({ ...table, scored: [scored('x', 1, '70', [score('a', { given: '1' }), score('b', { spared: true })])] })).toEqual([]))
  it('takes objections up to the last day', () => {
    expect(objectable(table, '2022-10-08')).toBe(true)
    expect(objectable(table, '2022-10-09')).toBe(false)
    expect(objectable({ ...table, run: { ...table.run, state: 'closed' } }, '2022-10-01')).toBe(false)
  })
})
