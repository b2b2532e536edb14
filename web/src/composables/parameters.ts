// The plan's parameters as people look at them: what holds, what held and will hold, and by which case.
import type { Parameters } from '@/api/types'

export type Parameter = Parameters['parameters'][number]
export type ParameterChange = Parameter['changes'][number]
export interface Held {
  from: string
  value: string
  adopted: boolean
  /** In force on the day that is looked at. */
  holds: boolean
  /** The case by which it was adopted, as far as who looks may see it. */
  change: ParameterChange | null
}

/** All values, newest first. Of two for one date the adopted one holds, as on the server. */
export function history(parameter: Parameter, asOf: string, done: (state: string) => boolean): Held[] {
  const order = [...parameter.values].sort((a, b) => a.from.localeCompare(b.from) || Number(a.adopted) - Number(b.adopted))
  const last = order.filter((one) => one.from <= asOf).at(-1)
  const by = (one: Parameter['values'][number]) => parameter.changes.find((change) => change.from === one.from && done(change.state.name)) ?? null
  return order.reverse().map((one) => ({ ...one, holds: one === last, change: one.adopted ? by(one) : null }))
}

/** The last change that is in force on that day; empty where the pack's own value holds. */
export const lastChanged = (parameter: Parameter, asOf: string): string =>
  parameter.values
    .filter((one) => one.adopted && one.from <= asOf)
    .map((one) => one.from)
    .sort()
    .at(-1) ?? ''

/** Words of a search, each in the label, the name, the clause or the source. */
export function finds(parameter: Parameter, label: string, words: string): boolean {
  const text = [label, parameter.name, parameter.clause.join(' '), parameter.source ?? '', parameter.note ?? ''].join(' ').toLowerCase()
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}
