import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '@/api/types'
import { changedSince, reaches, valuesAt } from './known'

const entry = (number: number, field: string, before: string | null, after: string | null) =>
  ({ entry: number, at: '', actor: '', action: 'edit', source: null, fields: [{ field, before, after }] }) as unknown as HistoryEntry
const now = { a: '3', b: 'x' }
const history = [entry(9, 'a', '2', '3'), entry(7, 'a', '1', '2'), entry(5, 'b', null, 'x')]

describe('what was known then', () => {
  it('takes back what came later', () => {
    expect(valuesAt(now, history, 9)).toEqual(now)
    expect(valuesAt(now, history, 8)).toEqual({ a: '2', b: 'x' })
    expect(valuesAt(now, history, 4)).toEqual({ a: '1', b: null })
  })
  it('names what has changed since', () => {
    expect(changedSince(now, valuesAt(now, history, 6))).toEqual(['a'])
    expect(changedSince(now, valuesAt(now, history, 9))).toEqual([])
  })
  it('knows whether it has read far enough', () => {
    expect(reaches(history, 7, 'cursor')).toBe(true)
    expect(reaches(history, 4, 'cursor')).toBe(false)
    expect(reaches(history, 4, null)).toBe(true)
  })
})
