import { describe, expect, it } from 'vitest'
import type { AttributionPart, AttributionSide, AttributionSource, AttributionTie } from '@/api/types'
import { attributionRows, bars, share, tiedShare, tieQuery } from './attribution'

const part = (now: number, before: number): AttributionPart => ({ this_year: `${now}.00`, last_year: `${before}.00`, change: `${now - before}.00` })
const label = { zh: 'x', en: 'x' }
const source = (name: string, now: number, before: number): AttributionSource => ({ ...part(now, before), name, label, households: 3, register: 'income', where: 'true', causes: [] })
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
  it('opens the families of a record, of a group, of what is tied to none', () => {
    const tie = (sort: AttributionTie['sort'], id: number | null, group: string | null) => ({ sort, id, group }) as AttributionTie
    expect(tieQuery(tie('record', 7, null))).toEqual({ record: 7 })
    expect(tieQuery(tie('group', null, 'cleaner'))).toEqual({ group: 'cleaner' })
    expect(tieQuery(tie('group', null, null))).toEqual({ other: 'unsaid' })
    expect(tieQuery(tie('rest', null, null))).toEqual({ other: 'rest' })
  })
  it('says how much of the year is tied', () => {
    expect(share(part(75, 0), part(100, 0))).toBe('25.0%')
    expect(share(null, part(100, 0))).toBe('100.0%')
    expect(share(part(0, 0), part(0, 0))).toBe('0%')
  })
})
