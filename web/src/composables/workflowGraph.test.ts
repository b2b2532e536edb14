import { describe, expect, it } from 'vitest'
import { drawWorkflow, NODE } from './workflowGraph'

const state = (name: string, layer: number, place = 0) => ({ name, layer, place })
const line = (from: string, to: string, back = false) => ({ transition: `${from}-${to}`, from, to, back })
const states = [state('clue', 0), state('check', 1), state('review', 2), state('registered', 3, 0), state('refused', 3, 1)]
const lines = [line('clue', 'check'), line('check', 'review'), line('review', 'registered'), line('review', 'refused'), line('clue', 'refused'), line('review', 'check', true), line('registered', 'clue', true), line('check', 'check')]
const picture = drawWorkflow(states, lines)

describe('a workflow as a picture', () => {
  it('keeps states apart and within the picture', () => {
    for (const one of picture.states) {
      expect(one.x).toBeGreaterThanOrEqual(0)
      expect(one.x + NODE.width).toBeLessThanOrEqual(picture.width)
      expect(one.y + NODE.height).toBeLessThanOrEqual(picture.height)
      for (const other of picture.states)
        if (other !== one) expect(Math.abs(one.x - other.x) >= NODE.width || Math.abs(one.y - other.y) >= NODE.height).toBe(true)
    }
  })
  it('draws every line but those that stay where they are', () => {
    expect(picture.lines.map((one) => one.transition)).toEqual(lines.slice(0, 7).map((one) => one.transition))
  })
  it('runs what leads back on the left and what skips a state on the right, each in a lane of its own', () => {
    const back = picture.lines.filter((one) => one.back).map((one) => one.x)
    const firstColumn = Math.min(...picture.states.map((one) => one.x))
    expect(Math.max(...back)).toBeLessThan(firstColumn)
    expect(new Set(back).size).toBe(2)
    const past = picture.lines.find((one) => one.transition === 'clue-refused')
    expect(past?.x).toBeGreaterThan(Math.max(...picture.states.map((one) => one.x + NODE.width)))
  })
  it('is a picture of one state too', () => {
    expect(drawWorkflow([state('a', 0)], []).states).toHaveLength(1)
  })
})
