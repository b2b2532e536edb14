import { expect, it } from 'vitest'
import { readTree } from './tree'

it('reads the tree of an explanation', () => {
  const [root, ...more] = readTree('* 以下全部 = 是\n  * 收入 < 线 = 是\n    * 收入 = 10\n  其他 = 是\n')
  expect(more).toEqual([])
  expect(root?.children.map((one) => [one.text, one.decides])).toEqual([
    ['收入 < 线 = 是', true],
    ['其他 = 是', false],
  ])
  expect(root?.children[0]?.children[0]?.text).toBe('收入 = 10')
  expect(readTree('')).toEqual([])
})
