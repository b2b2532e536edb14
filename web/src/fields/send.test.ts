import { describe, expect, it } from 'vitest'
import type { Field } from '@/api/types'
import { changedValues, disputed, sameValue } from './send'

const field = (name: string, type: Field['type']): Field => ({ name, type, label: { zh: name, en: name } })
const fields = [field('a', 'text'), field('m', 'money'), field('r', 'reference'), field('s', 'text'), field('c', 'codes')]

describe('what a form sends', () => {
  const before = { a: 'x', m: '1.00', r: { id: 7, key: 'k', name: 'n' }, s: { masked: '43****' }, c: ['p', 'q'] }
  it('sends nothing when nothing changed', () => {
    expect(changedValues(fields, before, structuredClone(before))).toEqual({})
    expect(changedValues(fields, before, { ...before, r: { id: 7, key: 'k', name: 'other words' } })).toEqual({})
  })
  it('sends changes, references as ids, emptied fields as null', () => {
    expect(changedValues(fields, before, { ...before, m: '2.00', r: { id: 8, key: 'l', name: 'o' }, c: null })).toEqual({ m: '2.00', r: 8, c: null })
  })
  it('leaves a masked value alone until it is replaced', () => {
    expect(changedValues(fields, before, { ...before, s: '430421' })).toEqual({ s: '430421' })
    expect(changedValues(fields, before, { ...before, s: null })).toEqual({ s: null })
  })
  it('finds what both sides changed', () => {
    const names = (mine: object, theirs: object) => disputed(fields, before, { ...before, ...mine }, { ...before, ...theirs }).map((one) => one.name)
    expect(names({ a: 'mine' }, { a: 'theirs', m: '3.00' })).toEqual(['a'])
    expect(names({ a: 'same' }, { a: 'same' })).toEqual([])
    expect(names({ m: '5.00' }, { a: 'theirs' })).toEqual([])
  })
  it('takes unknown and absent as the same', () => expect(sameValue(undefined, null)).toBe(true))
})
