// The days of a month in weeks that begin on Monday, for the calendar.
export interface GridDay {
  date: string
  day: number
  inside: boolean
}
const DAY = 86_400_000
const text = (at: number) => new Date(at).toISOString().slice(0, 10)

/** month: 2022-09. Whole weeks, those of the neighbouring months included. */
export function monthGrid(month: string): GridDay[][] {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  const first = Date.UTC(year, number - 1, 1)
  const last = Date.UTC(year, number, 0)
  const start = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY
  const weeks: GridDay[][] = []
  for (let at = start; at <= last; at += 7 * DAY)
    weeks.push(Array.from({ length: 7 }, (_, index) => ({ date: text(at + index * DAY), day: new Date(at + index * DAY).getUTCDate(), inside: text(at + index * DAY).startsWith(month) })))
  return weeks
}
export function monthAfter(month: string, steps: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  return text(Date.UTC(year, number - 1 + steps, 1)).slice(0, 7)
}
