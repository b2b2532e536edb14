/// <reference types="vite/client" />
import { expect, it } from 'vitest'
import { en } from './en'
import { zh } from './zh'

type Tree = { [key: string]: string | Tree }
function flat(tree: Tree, before = ''): Map<string, string> {
  const out = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out.set(before + key, value)
    else for (const [below, text] of flat(value, `${before}${key}.`)) out.set(below, text)
  }
  return out
}
const chinese = flat(zh)
const english = flat(en)
const sources = import.meta.glob<string>(['../**/*.vue', '../**/*.ts', '!../**/*.test.ts'], { query: '?raw', import: 'default', eager: true })
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort()

it('has every key in both languages, with the same places to fill', () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  for (const [key, text] of chinese) {
    expect(text.trim(), key).not.toBe('')
    expect(english.get(key)?.trim(), key).not.toBe('')
    expect(holes(english.get(key) ?? ''), key).toEqual(holes(text))
  }
})
it('has every key that the source asks for', () => {
  const missing: string[] = []
  for (const [path, source] of Object.entries(sources)) {
    for (const [, key = ''] of source.matchAll(/\bt\(\s*'([a-z_]+\.[a-z_]+)'/g)) if (!chinese.has(key)) missing.push(`${path}: ${key}`)
    for (const [, prefix = ''] of source.matchAll(/\bt\(`([a-z_]+\.[a-z_]*)\$\{/g)) {
      if (![...chinese.keys()].some((key) => key.startsWith(prefix))) missing.push(`${path}: ${prefix}…`)
    }
  }
  expect(missing).toEqual([])
})
it('keeps Chinese out of the templates: all words go through the messages', () => {
  for (const [path, source] of Object.entries(sources)) {
    const template = /<template>[\s\S]*<\/template>/.exec(source)?.[0] ?? ''
    expect(template.match(/[\u4e00-\u9fff]{2,}/g)?.filter((word) => word !== '中文') ?? [], path).toEqual([])
  }
})
