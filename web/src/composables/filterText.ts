// The filters of a list in words, each with the list as it is without it.
import type { Field, Register } from '@/api/types'
import { useShow } from '@/fields/value'
import { say, t } from '@/i18n'
import { usePack } from '@/stores/pack'
import { join } from './format'
import type { FieldFilter, ListQuery } from './query'

export interface FilterChip {
  key: string
  text: string
  without: Partial<ListQuery>
}

function wordsOf(field: Field, filter: FieldFilter): string {
  const packs = usePack()
  const show = useShow()
  const value = (text: string) => {
    if (field.type === 'bool') return show(field, text === 'true' || text === '1')
    if (field.type === 'ratio') return show(field, Number(text))
    return field.dictionary ? packs.codeLabel(field.dictionary, text) : show(field, text)
  }
  const parts: string[] = []
  if (filter.is) parts.push(`${say(field.label)}：${join(filter.is.map(value))}`)
  if (filter.like) parts.push(`${say(field.label)} ${t('list.contains')} “${filter.like}”`)
  if (filter.from) parts.push(`${say(field.label)} ≥ ${value(filter.from)}`)
  if (filter.to) parts.push(`${say(field.label)} ≤ ${value(filter.to)}`)
  if (filter.empty) parts.push(`${say(field.label)} ${t(filter.empty === '1' ? 'list.is_unknown' : 'list.is_known')}`)
  return parts.join('，')
}

/** where: the formula as it reads in the language of the page; as it was written, until that is known. */
export function describeFilters(register: Register, list: ListQuery, where: string = list.where): FilterChip[] {
  const chips: FilterChip[] = []
  for (const [name, filter] of Object.entries(list.filters)) {
    const field = register.fields.find((one) => one.name === name)
    const { [name]: _gone, ...rest } = list.filters
    chips.push({ key: name, text: field ? wordsOf(field, filter) : name, without: { filters: rest } })
  }
  if (list.where) chips.push({ key: 'where', text: where, without: { where: '', as_of: '' } })
  if (list.parent) chips.push({ key: 'parent', text: t('list.of_one'), without: { parent: null } })
  if (list.retired) chips.push({ key: 'retired', text: t('list.with_retired'), without: { retired: false } })
  return chips
}
