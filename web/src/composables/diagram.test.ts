import { describe, expect, it } from 'vitest'
import type { Workflow } from '@/api/types'
import { linesOf } from './diagram'

const label = { zh: '', en: '' }
const of = {
  states: [
    { name: 'check', layer: 0 },
    { name: 'review', layer: 1 },
  ],
  transitions: [
    { name: 'checked', label, from: ['check'], to: 'review' },
    { name: 'send_back', label, from: ['review'], to: 'check' },
    { name: 'hand_over', label, from: ['check', 'review'], to: null },
  ],
} as unknown as Pick<Workflow, 'states' | 'transitions'>

describe('the lines of a workflow', () => {
  it('lead on, back, or nowhere', () => {
    expect(linesOf(of).map((one) => [one.transition, one.from, one.to, one.back])).toEqual([
      ['checked', 'check', 'review', false],
      ['send_back', 'review', 'check', true],
      ['hand_over', 'check', 'check', true],
      ['hand_over', 'review', 'review', true],
    ])
  })
})
