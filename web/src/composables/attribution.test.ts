import { describe, expect, it } from 'vitest'
import type { AttributionPart, AttributionSide, AttributionSource } from '@/api/types'
import { attributionRows, bars, tiedShare } from './attribution'

const part = (now: number, before: number): AttributionPart => ({ this_year: `${now}.00`, last_year: `${before}.00`, change: `${now - before}.00` })
const label = { zh: 'x', en: 'x' }
const source = (name: string, now: number, before: number): AttributionSource => ({ ...part(now, before), name, label, households: 3, register: 'income', where: 'true', tied: null })
const side: AttributionSide = {
  ...part(900, 500),
  households: 5,
  kinds: [
    { ...part(700, 200), name: 'wage', label, households: 4, sources: [source('post', 150, 100), source('work', 500, 100), source('none', 0, 0)], untied: part(50, 0) },
    { ...part(300, 300), name: 'transfer', label, households: 0, sources: [], untied: part(0, 0) },
  ],
  rest: part(-100, 0),
}

describe('where a change came from', () => {
  it('is a table of kinds, their sources, what is tied to nothing, and costs', () => {
    expect(attributionRows(side).map((row) => row.key)).toEqual(['total', 'wage', 'wage.work', 'wage.post', 'wage.', 'transfer', 'rest'])
  })
  it('draws bars below zero for what fell', () => {
    const drawn = bars(attributionRows(side))
    expect(drawn.get('wage')).toBe(1)
    expect(drawn.get('rest')).toBe(-0.2)
  })
  it('says how much records account for', () => {
    expect(tiedShare(side)).toBeCloseTo(450 / 500)
    expect(tiedShare({ ...side, kinds: [] })).toBe(null)
  })
})
