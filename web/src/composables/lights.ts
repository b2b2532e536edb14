// The lights of indicators: in words and shapes as well as in colours, for those who cannot tell red from green.
import type { Lights } from '@/api/types'

export const LIGHTS = ['red', 'yellow', 'green', 'unknown', 'none'] as const
export type Light = (typeof LIGHTS)[number]
/** The chip of parts.css. */
export const lightChip: Record<Light, string> = { green: 'good', yellow: 'medium', red: 'high', none: '', unknown: 'low' }

export const isLight = (word: string): word is Light => LIGHTS.some((one) => one === word)
/** Of the indicators that have a light at all. */
export const judged = (lights: Lights) => lights.green + lights.yellow + lights.red
export const addLights = (all: Lights[]): Lights =>
  all.reduce(
    (sum, one) => ({ green: sum.green + one.green, yellow: sum.yellow + one.yellow, red: sum.red + one.red, none: sum.none + one.none, unknown: sum.unknown + one.unknown }),
    { green: 0, yellow: 0, red: 0, none: 0, unknown: 0 },
  )
