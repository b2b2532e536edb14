import { describe, expect, it } from 'vitest'
import type { Workflow } from '@/api/types'
import { isSheet, pasted, sentCell, shownCell, wayOn } from './fill'

describe('what a spreadsheet put on the clipboard', () => {
  it('is rows of cells', () => expect(pasted('98.5\t进展顺利\r\n12\t\r\n')).toEqual([['98.5', '进展顺利'], ['12', '']]))
  it('may hold line breaks in quotes', () => expect(pasted('"一行\n两行"\t"他说""好"""\n3')).toEqual([['一行\n两行', '他说"好"'], ['3']]))
  it('is one cell where somebody pasted words', () => {
    expect(isSheet(pasted('只是一句话'))).toBe(false)
    expect(isSheet(pasted('a\tb'))).toBe(true)
  })
  it('keeps what is no sheet of quotes', () => expect(pasted('他说"好"就行')).toEqual([['他说"好"就行']]))
})
describe('a cell', () => {
  it('is sent as a number without its sign, and as it is where it is none', () => {
    expect(sentCell({ type: 'decimal' }, ' ９８.5% ')).toBe('98.5')
    expect(sentCell({ type: 'decimal' }, '很多')).toBe('很多')
    expect(sentCell({ type: 'text' }, '  好 ')).toBe('好')
    expect(sentCell({ type: 'text' }, ' ')).toBe(null)
  })
  it('shows what is there', () => expect([shownCell('98.5'), shownCell(null), shownCell(undefined)]).toEqual(['98.5', '', '']))
})
describe('the way on', () => {
  const transition = (name: string, kind: string) => ({ name, kind }) as Workflow['transitions'][number]
  const workflow = { transitions: [transition('withdraw', 'withdraw'), transition('to_lead', 'forward'), transition('to_bureau', 'forward')] } as Workflow
  it('is the forward one that the case lists', () => {
    expect(wayOn(workflow, ['withdraw', 'to_bureau'])).toBe('to_bureau')
    expect(wayOn(workflow, ['withdraw'])).toBe(undefined)
  })
})
