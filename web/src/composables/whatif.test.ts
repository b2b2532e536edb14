import { describe, expect, it } from 'vitest'
import type { WhatifParameter } from '@/api/types'
import { changedValues, emptyWhatif, fromQuestion, questionOf, readWhatif, sent, shown, slid, typed, writeWhatif, type Whatif } from './whatif'

const parameter = (name: string, type: WhatifParameter['type'], value: string): WhatifParameter => ({
  name,
  type,
  value,
  label: { zh: name, en: name },
  unit: null,
  clause: [],
  note: null,
  source: null,
  least: '0',
  most: '1',
  step: '1',
})
const income = parameter('income', 'money', '10000.00')
const growth = parameter('growth', 'ratio', '0.055000')
const people = parameter('people', 'int', '500')
const all = [income, growth, people]

const state: Whatif = {
  rule: 'key_household',
  as_of: '2022-09-30',
  division: '430421101',
  level: 'village',
  cost: '1,000',
  balance: '500000',
  fund: '7',
  variants: [
    { label: '', values: { income: '8000.00', growth: '0.09' }, formula: '' },
    { label: '另一种', values: { people: '300' }, formula: '收入 < 1万元' },
  ],
}

describe('the address of a what-if', () => {
  it('comes back as it went', () => expect(readWhatif(writeWhatif(state))).toEqual(state))
  it('keeps a second variant that changes nothing yet', () => {
    const two = { ...state, variants: [...state.variants.slice(0, 1), { label: '', values: {}, formula: '' }] }
    expect(readWhatif(writeWhatif(two))).toEqual(two)
  })
  it('says nothing where nothing is asked', () => expect(writeWhatif(emptyWhatif())).toEqual({}))
  it('takes no values that are none', () =>
    expect(readWhatif({ 'a.income': '1e99', 'a.b c': '1', 'a.growth': 'x', as_of: 'today' })).toEqual({ ...emptyWhatif(), variants: [{ label: '', values: {}, formula: '' }] }))
})

describe('values', () => {
  it('are typed as people write them', () => {
    expect(typed(income, '0.8万')).toBe('8000.00')
    expect(typed(growth, '9%')).toBe('0.09')
    expect(typed(growth, '5.5')).toBe('0.055')
    expect(typed(people, '3.5')).toBe(undefined)
    expect(typed(income, 'viel')).toBe(undefined)
  })
  it('are shown and sent in their units', () => {
    expect(all.map((one) => shown(one, one.value))).toEqual(['10,000', '5.5', '500'])
    expect([sent(income, '8000.00'), sent(growth, '0.07'), sent(people, '300')]).toEqual(['8000.00元', '7%', '300'])
  })
  it('do not drift with the slider', () => {
    expect(slid(growth, 0.1 + 0.2)).toBe('0.3')
    expect(slid(income, 8000)).toBe('8000.00')
    expect(slid(people, 300)).toBe('300')
  })
})

describe('the question', () => {
  it('changes only what is not as it is', () => {
    expect(changedValues({ income: '10000', growth: '0.09' }, all)).toEqual([[growth, '0.09']])
    expect(questionOf({ ...state, variants: [{ label: '', values: { income: '10000.00' }, formula: '' }] }, all).variants).toEqual([{ set: [] }])
  })
  it('takes a formula for the rule, and a cost', () => {
    const question = questionOf(state, all, { side: 1, which: 'entering' })
    expect(question.variants?.[1]).toEqual({ label: '另一种', set: [{ name: 'people', value: '300' }, { name: 'key_household', value: '收入 < 1万元' }] })
    expect([question.cost, question.balance, question.division]).toEqual(['1,000', '500000', '430421101'])
    expect(questionOf({ ...state, cost: '' }, all).balance).toBe(undefined)
    expect(questionOf(state, all, undefined, '430421102').division).toBe('430421102')
  })
  it('is the same after it was saved', () => {
    const { fund: _fund, ...kept } = state
    expect(fromQuestion(questionOf(state, all), all)).toEqual({ ...kept, fund: '' })
  })
})
