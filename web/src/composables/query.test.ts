import { describe, expect, it } from 'vitest'
import { emptyQuery, nextSort, readQuery, toSearch, writeQuery } from './query'

describe('the address of a list', () => {
  it('comes back as it went', () => {
    const list = {
      ...emptyQuery(),
      filters: { wheel: { is: ['wage', 'business'] }, amount: { from: '100', to: '2000.50' }, note: { like: '务工' }, phone: { empty: '1' as const } },
      division: '430421100',
      q: '王',
      where: '人均纯收入 < 1万元 且 增速 < 5.5%',
      as_of: '2022-09-30',
      parent: '7',
      sort: '-amount',
      retired: true,
    }
    expect(readQuery(writeQuery(list))).toEqual(list)
    expect(toSearch(list).getAll('f.wheel')).toEqual(['wage', 'business'])
  })
  it('leaves out what says nothing', () => expect(writeQuery(emptyQuery())).toEqual({}))
  it('ignores what it does not know', () => {
    expect(readQuery({ 'f.a b': 'x', 'f.x.nonsense': '1', other: 'y', 'f.a': '' })).toEqual(emptyQuery())
  })
  it('keeps an as-of date only beside a formula', () => expect(writeQuery({ ...emptyQuery(), as_of: '2022-01-01' })).toEqual({}))
  it('sorts up, down, not', () => {
    expect(nextSort('', 'a')).toBe('a')
    expect(nextSort('a', 'a')).toBe('-a')
    expect(nextSort('-a', 'a')).toBe('')
    expect(nextSort('-a', 'b')).toBe('b')
  })
})
