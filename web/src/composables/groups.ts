// The fields of a register under the headings of its groups, as the pack has them.
import type { Field, Label, RecordFigure, Register } from '@/api/types'

export interface FieldSet {
  key: string
  /** null: fields before the first heading. */
  label: Label | null
  fields: Field[]
}

/** Groups without any of the given fields are left out; the order of the fields is kept. */
export function groupFields(register: Pick<Register, 'groups'>, fields: Field[]): FieldSet[] {
  const sets: FieldSet[] = [{ key: 'group-0', label: null, fields: [] }]
  const setOf = new Map<string, FieldSet>()
  register.groups.forEach((group, index) => {
    const set: FieldSet = { key: `group-${index + 1}`, label: group.label, fields: [] }
    sets.push(set)
    for (const name of group.fields) setOf.set(name, set)
  })
  for (const field of fields) (setOf.get(field.name) ?? (sets[0] as FieldSet)).fields.push(field)
  return sets.filter((one) => one.fields.length > 0)
}

/** What follows from the fields, by the key of the group in which the field stands that it is beside. */
export function figuresOf(register: Pick<Register, 'groups'>, figures: RecordFigure[]): Map<string, RecordFigure[]> {
  const out = new Map<string, RecordFigure[]>()
  for (const figure of figures) {
    const key = `group-${register.groups.findIndex((one) => one.fields.includes(figure.beside)) + 1}`
    out.set(key, [...(out.get(key) ?? []), figure])
  }
  return out
}
