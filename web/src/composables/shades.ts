// Places side by side, darker for more: which of the steps of tokens.css a place has.
export interface PlaceShade {
  code: string
  name: string
  /** null: not known. */
  value: number | null
  text: string
}
export const STEPS = 5

/** Equal steps between the least and the most; null for what is not known. One value for all is the lowest step: nothing stands out. */
export function stepsOf(places: Pick<PlaceShade, 'value'>[]): (number | null)[] {
  const known = places.map((one) => one.value).filter((one): one is number => one !== null)
  const least = Math.min(...known)
  const most = Math.max(...known)
  return places.map(({ value }) => {
    if (value === null) return null
    return most > least ? Math.min(STEPS - 1, Math.floor(((value - least) / (most - least)) * STEPS)) : 0
  })
}
/** The best first, by how good a value is (most first if nobody says); what is not known last; equals as they came. */
export const ranked = <T extends { value: number | null }>(places: T[], good: (value: number) => number = (value) => value): T[] => {
  const rating = (one: T) => (one.value === null ? -Infinity : good(one.value))
  return [...places].sort((a, b) => rating(b) - rating(a) || 0)
}
