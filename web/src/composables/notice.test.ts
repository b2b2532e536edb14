import { describe, expect, it } from 'vitest'
import type { Division, Notice } from '@/api/types'
import { dayInWords, filled, lastDay, noticeOf, villageOf } from './notice'

const divisions: Division[] = [
  { code: '1', name: '甲镇', level: 'township', parent: '0' },
  { code: '2', name: '乙镇', level: 'township', parent: '0' },
  { code: '11', name: '新民村', level: 'village', parent: '1' },
  { code: '21', name: '新民村', level: 'village', parent: '2' },
]
const notice = { register: 'identification', from: 'notice_from' } as Notice

describe('a public notice', () => {
  it('fills in its dates, and leaves a gap for what is not known', () => {
    expect(filled('自{from}至{to}。', { from: dayInWords('2022-09-05', 'zh'), to: '' })).toBe('自2022年9月5日至＿＿＿＿。')
  })
  it('finds the village by the township it lies in', () => {
    expect(villageOf({ township: '乙镇', village: '新民村' }, divisions)?.code).toBe('21')
  })
  it('is there once the record has its day', () => {
    const place = { township: '甲镇', village: '新民村' }
    expect(noticeOf([notice], divisions, 'identification', { values: {} }, place, '/x')).toBeNull()
    expect(noticeOf([notice], divisions, 'identification', { values: { notice_from: '2022-09-05' } }, place, '/x')).toMatchObject({ query: { division: '11', from: '2022-09-05' } })
    expect(noticeOf([notice], divisions, 'visit', { values: { notice_from: '2022-09-05' } }, place, '/x')).toBeNull()
  })
  it('hangs for so many days', () => {
    expect(lastDay('2022-09-28', 5)).toBe('2022-10-03')
    expect(lastDay('2022-09-28', null)).toBe('')
    expect(lastDay('', 5)).toBe('')
  })
})
