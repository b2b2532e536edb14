// What a list shows stands in the address, in the words of the interface itself: a link to a list and the question put to the
// server are the same text, and every number can open its list.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'

export interface FieldFilter {
  is?: string[]
  from?: string
  to?: string
  like?: string
  empty?: '1' | '0'
}
export interface ListQuery {
  filters: Record<string, FieldFilter>
  division: string | null
  q: string
  where: string
  as_of: string
  parent: string | null
  sort: string
  retired: boolean
}

export const emptyQuery = (): ListQuery => ({ filters: {}, division: null, q: '', where: '', as_of: '', parent: null, sort: '', retired: false })

const texts = (value: LocationQuery[string] | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '')
const one = (value: LocationQuery[string] | undefined): string => texts(value)[0] ?? ''

const FILTER = /^f\.([A-Za-z_][A-Za-z0-9_]*)(?:\.(from|to|empty|like))?$/

function readFilter(into: FieldFilter, part: string | undefined, value: LocationQuery[string]) {
  const text = one(value)
  if (text === '') return
  switch (part) {
    case undefined:
      into.is = texts(value)
      break
    case 'from':
      into.from = text
      break
    case 'to':
      into.to = text
      break
    case 'like':
      into.like = text
      break
    case 'empty':
      into.empty = text === '1' ? '1' : '0'
      break
  }
}

export function readQuery(query: LocationQuery): ListQuery {
  const out = emptyQuery()
  for (const [name, value] of Object.entries(query)) {
    const parts = FILTER.exec(name)
    if (parts?.[1]) readFilter((out.filters[parts[1]] ??= {}), parts[2], value)
  }
  for (const [name, filter] of Object.entries(out.filters)) if (Object.keys(filter).length === 0) delete out.filters[name]
  out.division = one(query['division']) || null
  out.q = one(query['q'])
  out.where = one(query['where'])
  out.as_of = one(query['as_of'])
  out.parent = one(query['parent']) || null
  out.sort = one(query['sort'])
  out.retired = one(query['retired']) === '1'
  return out
}

export function writeQuery(list: ListQuery): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {}
  for (const [name, filter] of Object.entries(list.filters)) {
    if (filter.is?.length) out[`f.${name}`] = filter.is.length === 1 ? (filter.is[0] as string) : filter.is
    if (filter.from) out[`f.${name}.from`] = filter.from
    if (filter.to) out[`f.${name}.to`] = filter.to
    if (filter.like) out[`f.${name}.like`] = filter.like
    if (filter.empty) out[`f.${name}.empty`] = filter.empty
  }
  if (list.division) out['division'] = list.division
  if (list.q) out['q'] = list.q
  if (list.where) out['where'] = list.where
  if (list.where && list.as_of) out['as_of'] = list.as_of
  if (list.parent) out['parent'] = list.parent
  if (list.sort) out['sort'] = list.sort
  if (list.retired) out['retired'] = '1'
  return out
}

export function toSearch(list: ListQuery, extra: Record<string, string> = {}): URLSearchParams {
  const out = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...writeQuery(list), ...extra }))
    for (const text of Array.isArray(value) ? value : [value]) out.append(name, text)
  return out
}

/** Sorting by a column: first up, then down, then not. */
export function nextSort(sort: string, field: string): string {
  if (sort === field) return `-${field}`
  return sort === `-${field}` ? '' : field
}

export const filterCount = (list: ListQuery) => Object.keys(list.filters).length + (list.where ? 1 : 0) + (list.retired ? 1 : 0)

export const linkQuery = (list: Partial<ListQuery>): LocationQueryRaw => writeQuery({ ...emptyQuery(), ...list })
