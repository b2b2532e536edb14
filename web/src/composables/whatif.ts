// A what-if stands in the address: which rule, which values each variant changes, the cost and what is to pay it. The same text is the
// link that somebody is sent, and turns into the question to the server.
import type { LocationQuery } from 'vue-router'
import type { WhatifList, WhatifParameter, WhatifQuestion } from '@/api/types'
import { parseMoney, showMoney } from '@/fields/money/money'
import { showDecimal } from '@/fields/decimal/decimal'
import { parseRatio, writePercent } from '@/fields/ratio/ratio'

export interface Variant {
  label: string
  /** Values by parameter, plain: yuan, and 0.055 for 5.5 %. */
  values: Record<string, string>
  /** Instead of the rule's own. */
  formula: string
}
export interface Whatif {
  rule: string
  as_of: string
  division: string
  level: 'township' | 'village'
  cost: string
  balance: string
  /** The record of the fund that the balance is of. */
  fund: string
  variants: Variant[]
}
export const VARIANTS = ['a', 'b'] as const
export const emptyVariant = (): Variant => ({ label: '', values: {}, formula: '' })
export const emptyWhatif = (): Whatif => ({ rule: '', as_of: '', division: '', level: 'township', cost: '', balance: '', fund: '', variants: [emptyVariant()] })

const PLAIN = /^-?\d{1,15}(\.\d{1,9})?$/
const one = (value: LocationQuery[string] | undefined) => (typeof value === 'string' ? value : '')

function readVariant(query: LocationQuery, prefix: string): Variant | null {
  const names = Object.keys(query).filter((name) => name.startsWith(`${prefix}.`))
  if (names.length === 0 && query[prefix] === undefined) return null
  const values = names.map((name) => [name.slice(2), one(query[name])] as const).filter(([name, value]) => /^\w+$/.test(name) && PLAIN.test(value))
  return { label: one(query[prefix]), values: Object.fromEntries(values), formula: one(query[`${prefix}.=`]) }
}
export function readWhatif(query: LocationQuery): Whatif {
  const variants = VARIANTS.map((prefix) => readVariant(query, prefix))
  return {
    rule: one(query['rule']),
    as_of: /^\d{4}-\d\d-\d\d$/.test(one(query['as_of'])) ? one(query['as_of']) : '',
    division: one(query['division']),
    level: query['level'] === 'village' ? 'village' : 'township',
    cost: one(query['cost']),
    balance: one(query['balance']),
    fund: one(query['fund']),
    variants: variants[1] ? [variants[0] ?? emptyVariant(), variants[1]] : [variants[0] ?? emptyVariant()],
  }
}
export function writeWhatif(state: Whatif): Record<string, string> {
  const { variants, level, ...plain } = state
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(plain)) if (value) out[name] = value
  if (level === 'village') out['level'] = level
  variants.forEach((variant, index) => {
    const prefix = VARIANTS[index] as string
    if (variant.label || index > 0) out[prefix] = variant.label
    for (const [name, value] of Object.entries(variant.values)) out[`${prefix}.${name}`] = value
    if (variant.formula) out[`${prefix}.=`] = variant.formula
  })
  return out
}

// ── values

/** As the server's spreadsheets write it. */
export const sent = (parameter: Pick<WhatifParameter, 'type'>, plain: string) => (parameter.type === 'ratio' ? `${writePercent(Number(plain))}%` : parameter.type === 'money' ? `${plain}元` : plain)

/** For people: 8,000 · 5.5 · 500, with the unit beside it. */
export const shown = (parameter: Pick<WhatifParameter, 'type'>, plain: string) =>
  parameter.type === 'ratio' ? writePercent(Number(plain)) : parameter.type === 'money' ? showMoney(plain, true) : showDecimal(plain)

/** What somebody typed, plain; undefined where it is no such value. */
export function typed(parameter: Pick<WhatifParameter, 'type'>, text: string): string | undefined {
  switch (parameter.type) {
    case 'money':
      return parseMoney(text)
    case 'ratio': {
      const value = parseRatio(text)
      return value === undefined ? undefined : String(value)
    }
    case 'int':
      return /^-?\d{1,15}$/.test(text.trim()) ? text.trim() : undefined
    case 'decimal':
      return PLAIN.test(text.trim()) ? text.trim() : undefined
  }
}
const PLACES = { int: 0, decimal: 2, money: 2, ratio: 6 }
/** Where the slider stands is a number of steps, never a sum of fractions. */
export const slid = (parameter: Pick<WhatifParameter, 'type'>, value: number) => {
  const text = value.toFixed(PLACES[parameter.type])
  return parameter.type === 'money' ? text : text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

const same = (parameter: WhatifParameter, value: string) => Number(parameter.value) === Number(value)
/** Only what is not as it is. */
export function changedValues(values: Record<string, string>, parameters: WhatifParameter[]): [WhatifParameter, string][] {
  return parameters.flatMap((parameter) => {
    const value = values[parameter.name]
    return value === undefined || same(parameter, value) ? [] : [[parameter, value] as [WhatifParameter, string]]
  })
}
export const isChanged = (variant: Variant, parameters: WhatifParameter[]) => variant.formula.trim() !== '' || changedValues(variant.values, parameters).length > 0

export function questionOf(state: Whatif, parameters: WhatifParameter[], list?: WhatifList, division?: string): WhatifQuestion {
  const place = division ?? state.division
  return {
    rule: state.rule,
    level: state.level,
    variants: state.variants.map((variant) => ({
      ...(variant.label ? { label: variant.label } : {}),
      set: [
        ...changedValues(variant.values, parameters).map(([parameter, value]) => ({ name: parameter.name, value: sent(parameter, value) })),
        ...(variant.formula.trim() ? [{ name: state.rule, value: variant.formula.trim() }] : []),
      ],
    })),
    ...(state.as_of ? { as_of: state.as_of } : {}),
    ...(state.cost.trim() ? { cost: state.cost.trim() } : {}),
    ...(state.cost.trim() && state.balance.trim() ? { balance: state.balance.trim() } : {}),
    ...(place ? { division: place } : {}),
    ...(list ? { list } : {}),
  }
}

/** A saved question as the page's own state; values of parameters come back plain. */
export function fromQuestion(question: WhatifQuestion, parameters: WhatifParameter[]): Whatif {
  const variants = (question.variants ?? []).map((variant): Variant => {
    const values: Record<string, string> = {}
    let formula = ''
    for (const { name, value } of variant.set) {
      const parameter = parameters.find((known) => known.name === name)
      const plain = parameter && typed(parameter, value)
      if (parameter && plain !== undefined) values[name] = plain
      else if (name === question.rule) formula = value
    }
    return { label: variant.label ?? '', values, formula }
  })
  return {
    ...emptyWhatif(),
    rule: question.rule ?? '',
    as_of: question.as_of ?? '',
    division: question.division ?? '',
    level: question.level ?? 'township',
    cost: question.cost ?? '',
    balance: question.balance ?? '',
    variants: variants.length > 0 ? variants : [emptyVariant()],
  }
}
