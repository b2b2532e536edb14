// What a link to a new form fills in beforehand: `set.FIELD=value`, values as they travel.
import type { LocationQuery } from 'vue-router'
import type { Field, Register, Value, Values } from '@/api/types'

const PREFIX = 'set.'

/** A record to point to, as one word of an address: its id, key and name. */
export const referenceWord = (record: { id: number; key: string; name: string }) => [record.id, record.key, record.name].map((part) => String(part).replaceAll('~', ' ')).join('~')

function readReference(text: string): Value | undefined {
  const [id, key, name] = text.split('~')
  return Number.isInteger(Number(id)) && key !== undefined && name !== undefined ? { id: Number(id), key, name } : undefined
}

function read(field: Field, text: string): Value | undefined {
  switch (field.type) {
    case 'int':
    case 'ratio':
      return Number.isFinite(Number(text)) ? Number(text) : undefined
    case 'bool':
      return text === 'true'
    case 'codes':
      return text.split(',')
    case 'reference':
      return readReference(text)
    case 'decimal':
    case 'money':
    case 'date':
    case 'month':
    case 'code':
    case 'text':
      return text
  }
}

export function givenValues(register: Pick<Register, 'fields'>, query: LocationQuery): Values {
  const out: Values = {}
  for (const [name, text] of Object.entries(query)) {
    const field = name.startsWith(PREFIX) ? register.fields.find((one) => one.name === name.slice(PREFIX.length)) : undefined
    const value = field && typeof text === 'string' && text !== '' ? read(field, text) : undefined
    if (field && value !== undefined) out[field.name] = value
  }
  return out
}

/** The other way round, for a link. */
export function setQuery(values: Values): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) if (value !== null && (typeof value !== 'object' || Array.isArray(value))) out[`${PREFIX}${name}`] = String(value)
  return out
}
