import { describe, expect, it } from 'vitest'
import { fitting, showSize, smaller } from './photo'

describe('a photograph that is sent', () => {
  it('keeps its shape and is never made larger', () => {
    expect(fitting(4000, 3000)).toEqual({ width: 2048, height: 1536 })
    expect(fitting(800, 600)).toEqual({ width: 800, height: 600 })
  })
  it('goes as it is where it is small enough, or no picture', async () => {
    const small = new File(['x'], 'a.jpg', { type: 'image/jpeg' })
    const paper = new File(['x'.repeat(100)], 'a.pdf', { type: 'application/pdf' })
    expect(await smaller(small, 10)).toBe(small)
    expect(await smaller(paper, 10)).toBe(paper)
  })
  it('is measured in words', () => {
    expect([showSize(900), showSize(2048), showSize(5 * 1024 * 1024)]).toEqual(['900 B', '2.0 KB', '5.0 MB'])
  })
})
