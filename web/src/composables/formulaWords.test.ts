import { describe, expect, it } from 'vitest'
import { withWord } from './formulaWords'

describe('a word put into a formula', () => {
  it('replaces what was being typed and leaves the rest', () => {
    expect(withWord('人均 < 1万元', 0, 2, '人均纯收入')).toEqual({ text: '人均纯收入 < 1万元', at: 5 })
  })
  it('counts characters, not UTF-16 units', () => {
    expect(withWord('𠮷 = 1 且 x', 8, 9, '户')).toEqual({ text: '𠮷 = 1 且 户', at: 10 })
  })
})
