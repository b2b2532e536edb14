import { describe, expect, it } from 'vitest'
import { formerValues } from './undo'

describe('what is sent to take a change back', () => {
  it('is the former values, unknown where there was none, references by their id', () => {
    expect(formerValues(['a', 'b', 'c'], { a: 1, c: { id: 7, key: 'k', name: 'n' } })).toEqual({ a: 1, b: null, c: 7 })
  })
  it('is nothing where a former value was masked', () => {
    expect(formerValues(['a'], { a: { masked: '1**' } })).toBeNull()
  })
})
