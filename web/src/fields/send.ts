// What a form sends: only what was changed, references as ids, masked values that nobody touched left out.
import type { Field, Value, Values } from '@/api/types'
import { isMasked, isReference } from './value'

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (isReference(a) && isReference(b)) return a.id === b.id
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}
export const sendable = (value: Value): Value => (isReference(value) ? value.id : value)

export function changedValues(fields: Field[], before: Values, now: Values): Values {
  const out: Values = {}
  for (const { name } of fields) {
    const value = now[name] ?? null
    if (isMasked(value) || sameValue(before[name], value)) continue
    out[name] = sendable(value)
  }
  return out
}

/** Fields that both sides changed to something different since `base`: the person has to choose. */
export function disputed(fields: Field[], base: Values, mine: Values, theirs: Values): Field[] {
  return fields.filter(({ name }) => {
    const touched = !sameValue(base[name], mine[name]) && !isMasked(mine[name] ?? null)
    return touched && !sameValue(mine[name], theirs[name]) && !sameValue(base[name], theirs[name])
  })
}
