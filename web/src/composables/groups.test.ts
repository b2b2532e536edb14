import { describe, expect, it } from 'vitest'
import type { Field, RecordFigure } from '@/api/types'
import { figuresOf, groupFields } from './groups'

const field = (name: string) => ({ name }) as Field
const label = (zh: string) => ({ zh, en: zh })
const register = {
  groups: [
    { label: label('一'), fields: ['b', 'c'] },
    { label: label('二'), fields: ['d'] },
  ],
}

describe('fields under the headings of their groups', () => {
  it('puts what stands before the first heading first', () => {
    const sets = groupFields(register, ['a', 'b', 'c', 'd'].map(field))
    expect(sets.map((one) => [one.label?.zh ?? null, one.fields.map((of) => of.name)])).toEqual([
      [null, ['a']],
      ['一', ['b', 'c']],
      ['二', ['d']],
    ])
  })
  it('leaves out groups of which nothing is shown', () => {
    expect(groupFields(register, [field('d')]).map((one) => one.label?.zh)).toEqual(['二'])
  })
  it('is one set where the pack has no groups', () => {
    expect(groupFields({ groups: [] }, [field('a'), field('b')])).toHaveLength(1)
  })
})

describe('what follows from the fields', () => {
  it('stands in the group of the field that it is beside', () => {
    const figure = (name: string, beside: string) => ({ name, beside }) as RecordFigure
    const sets = figuresOf(register, [figure('x', 'c'), figure('y', 'a'), figure('z', 'b')])
    expect([...sets].map(([key, of]) => [key, of.map((one) => one.name)])).toEqual([
      ['group-1', ['x', 'z']],
      ['group-0', ['y']],
    ])
  })
})
