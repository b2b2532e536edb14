import { describe, expect, it } from 'vitest'
import type { Clause, Register } from '@/api/types'
import { registersByChapter } from './chapters'

const label = (zh: string) => ({ zh, en: zh })
const clause = (id: string, parent: string | null) => ({ id, parent, title: label(id) }) as Clause
const register = (name: string, ...of: string[]) => ({ name, clause: of }) as Register
const pack = {
  clauses: [clause('一', null), clause('二', null), clause('二(一)', '二'), clause('三', null), clause('三(一)', '三'), clause('三(一)4', '三(一)'), clause('三(一)4(1)', '三(一)4')],
  registers: [register('cooperative', '三(一)4(1)', '二(一)'), register('household', '二(一)'), register('fund', '三(一)'), register('goal', '一'), register('stray')],
}
const names = (chapters: ReturnType<typeof registersByChapter>) => chapters.map((one) => [one.clause, one.registers.map((of) => of.name)])

describe('registers by chapter', () => {
  it('takes the first clause up to the second level, in the order of the plan', () => {
    expect(names(registersByChapter(pack))).toEqual([
      ['一', ['goal']],
      ['二(一)', ['household']],
      ['三(一)', ['cooperative', 'fund']],
      ['', ['stray']],
    ])
  })
  it('leaves out chapters of which nothing is shown', () => {
    expect(names(registersByChapter(pack, (one) => one.name === 'fund'))).toEqual([['三(一)', ['fund']]])
  })
})
