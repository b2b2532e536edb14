import { describe, expect, it } from 'vitest'
import type { Field } from '@/api/types'
import { givenValues, referenceWord, setQuery } from './given'

const fields = [
  { name: 'year', type: 'int' },
  { name: 'kind', type: 'code' },
  { name: 'funds', type: 'codes' },
  { name: 'household', type: 'reference' },
] as Field[]

describe('what a link fills in', () => {
  it('reads values by the type of their field, and nothing else', () => {
    expect(givenValues({ fields }, { 'set.year': '2022', 'set.kind': 'loan', 'set.nothing': 'x', 'set.household': '7', back: '/x' })).toEqual({ year: 2022, kind: 'loan' })
  })
  it('says again what it was given', () => {
    const values = { year: 2022, kind: 'loan', funds: ['a', 'b'] }
    expect(givenValues({ fields }, setQuery(values))).toEqual(values)
    expect(setQuery({ a: null })).toEqual({})
  })
  it('points to a record by its id, key and name', () => {
    expect(givenValues({ fields }, { 'set.household': referenceWord({ id: 7, key: 'k~1', name: '张' }) })).toEqual({ household: { id: 7, key: 'k 1', name: '张' } })
  })
})
