import { describe, expect, it } from 'vitest'
import type { ProcessLine } from '@/api/types'
import { figure, share } from './processFigures'

const line: ProcessLine = { code: null, name: null, state: 'check', passed: 8, median: 3, longest: 9, late: 1, with_deadline: 4, returned: 2 }

describe('figures of a process', () => {
  it('says how many of how many', () => {
    expect(share(1, 3)).toBe('1 (33%)')
    expect(share(0, 5)).toBe('0 (0%)')
  })
  it('has no rate of nothing', () => expect(share(0, 0)).toBe('—'))
  it('takes lateness of those with a deadline, returns of all', () => {
    expect(figure(line, 'passed')).toBe('8')
    expect(figure(line, 'late')).toBe('1 (25%)')
    expect(figure(line, 'returned')).toBe('2 (25%)')
  })
})
