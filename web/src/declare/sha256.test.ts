import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256, work } from './sha256'

const hex = (text: string) => Array.from(sha256(text), (part) => (part >>> 0).toString(16).padStart(8, '0')).join('')

test('as another program computes it, at every length around a block', () => {
  for (let size = 0; size < 140; size += 1) {
    const text = 'x'.repeat(size)
    expect(hex(text)).toBe(createHash('sha256').update(text).digest('hex'))
  }
})

test('work is what the server looks for', async () => {
  const found = await work('token', 10)
  expect(parseInt(createHash('sha256').update(`token:${found}`).digest('hex').slice(0, 8), 16) >>> 22).toBe(0)
})
