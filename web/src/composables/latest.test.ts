import { describe, expect, it } from 'vitest'
import { useLatest } from './latest'

describe('answers while somebody drags', () => {
  it('asks once at a time, and the newest at last', async () => {
    const waiting: (() => void)[] = []
    const asked: number[] = []
    let value = 0
    const latest = useLatest(() => {
      const mine = value
      asked.push(mine)
      return new Promise<number>((resolve) => waiting.push(() => resolve(mine)))
    })
    const done = latest.ask()
    for (value = 1; value <= 3; value++) void latest.ask()
    value = 3
    expect(asked).toEqual([0])
    waiting[0]?.()
    await Promise.resolve()
    await new Promise((resolve) => setTimeout(resolve))
    expect(asked).toEqual([0, 3])
    expect(latest.data.value).toBe(0)
    waiting[1]?.()
    await done
    expect(latest.data.value).toBe(3)
    expect(latest.busy.value).toBe(false)
  })
  it('keeps the last answer beside an error, and forgets the error with the next one', async () => {
    let wrong = false
    const latest = useLatest(() => (wrong ? Promise.reject(new Error('no')) : Promise.resolve(1)))
    await latest.ask()
    wrong = true
    await latest.ask()
    expect([latest.data.value, (latest.error.value as Error).message]).toEqual([1, 'no'])
    wrong = false
    await latest.ask()
    expect(latest.error.value).toBe(null)
  })
})
