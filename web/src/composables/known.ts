// What was known then: a record's values as of an entry of the log, from its present values and its history.
import type { HistoryEntry, Value, Values } from '@/api/types'

/** history: newest first, as far as is needed. What was changed after the entry is taken back. */
export function valuesAt(now: Values, history: HistoryEntry[], entry: number): Values {
  const out: Values = { ...now }
  for (const one of history) {
    if (one.entry <= entry) break
    for (const change of one.fields) out[change.field] = change.before
  }
  return out
}
/** Fields that say something else now than they did then. */
export function changedSince(now: Values, then: Values): string[] {
  const same = (a: Value | undefined, b: Value | undefined) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
  return [...new Set([...Object.keys(now), ...Object.keys(then)])].filter((name) => !same(now[name], then[name]))
}
/** Whether the history that was read goes back far enough. */
export const reaches = (history: HistoryEntry[], entry: number, next: string | null) => next === null || (history.at(-1)?.entry ?? Infinity) <= entry
