import { describe, expect, it } from 'vitest'
import type { FormulaWord } from '@/api/types'
import { fitting, withWord } from './formulaWords'

describe('a word put into a formula', () => {
  it('replaces what was being typed and leaves the rest', () => {
    expect(withWord('人均 < 1万元', 0, 2, '人均纯收入')).toEqual({ text: '人均纯收入 < 1万元', at: 5 })
  })
  it('counts characters, not UTF-16 units', () => {
    expect(withWord('𠮷 = 1 且 x', 8, 9, '户')).toEqual({ text: '𠮷 = 1 且 户', at: 10 })
  })
})

describe('words that are offered', () => {
  const word = (zh: string, en: string) => ({ kind: 'field', text: zh, label: { zh, en }, type: null, note: null }) as FormulaWord
  const words = [word('户编号', 'Household number'), word('当前家庭人口数', 'Members now'), word('是否危房户', 'Unsafe house')]
  it('go on from what was typed before they hold it', () => {
    expect(fitting(words, '户').map((one) => one.text)).toEqual(['户编号', '是否危房户'])
  })
  it('are found in either language', () => {
    expect(fitting(words, 'mem').map((one) => one.text)).toEqual(['当前家庭人口数'])
    expect(fitting(words, '')).toHaveLength(3)
  })
})
