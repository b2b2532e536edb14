// Where a change came from, as rows of one table: kinds of income, their sources, what nothing is tied to, and the costs.
import type { AttributionPart, AttributionSide, AttributionSource, AttributionTie } from '@/api/types'
import { forChart, toFen } from '@/fields/money/money'
import { say, t } from '@/i18n'

export interface AttributionRow {
  key: string
  what: 'kind' | 'source' | 'untied' | 'rest' | 'total'
  /** Of a kind or source: which families' list it opens. */
  name: string
  label: { zh: string; en: string } | null
  part: AttributionPart
  households: number | null
  source: AttributionSource | null
}
const nothing = (part: AttributionPart) => toFen(part.this_year) === 0n && toFen(part.last_year) === 0n

/** Sources with the largest change first; those without an amount in either year are left out. */
export function attributionRows(side: AttributionSide): AttributionRow[] {
  const rows: AttributionRow[] = [{ key: 'total', what: 'total', name: '', label: null, part: side, households: side.households, source: null }]
  for (const kind of side.kinds) {
    rows.push({ key: kind.name, what: 'kind', name: kind.name, label: kind.label, part: kind, households: kind.households, source: null })
    const sources = kind.sources.filter((one) => !nothing(one)).sort((a, b) => size(b) - size(a))
    for (const source of sources) rows.push({ key: `${kind.name}.${source.name}`, what: 'source', name: source.name, label: source.label, part: source, households: source.households, source })
    if (!nothing(kind.untied)) rows.push({ key: `${kind.name}.`, what: 'untied', name: '', label: null, part: kind.untied, households: null, source: null })
  }
  if (!nothing(side.rest)) rows.push({ key: 'rest', what: 'rest', name: '', label: null, part: side.rest, households: null, source: null })
  return rows
}
const size = (part: AttributionPart) => Math.abs(forChart(part.change) ?? 0)

/** How long a row's bar is beside the longest, below zero where it fell. */
export function bars(rows: AttributionRow[]): Map<string, number> {
  const most = Math.max(1, ...rows.map((row) => size(row.part)))
  return new Map(rows.map((row) => [row.key, (forChart(row.part.change) ?? 0) / most]))
}

/** The part of the whole change that records account for: what is neither untied nor costs. */
export function tiedShare(side: AttributionSide): number | null {
  let tied = 0
  let all = 0
  for (const kind of side.kinds) {
    all += size(kind)
    tied += Math.min(size(kind), Math.abs(kind.sources.reduce((sum, one) => sum + (forChart(one.change) ?? 0), 0)))
  }
  return all > 0 ? tied / all : null
}

/** How a line is called: a record, a group, those that do not say, what is tied to none. */
export function tieName(tie: AttributionTie): string {
  if (tie.sort === 'rest') return t('attribution.tied_to_none')
  if (tie.record) return tie.record.name || tie.record.key
  return tie.label ? say(tie.label) : t(tie.sort === 'group' ? 'attribution.not_said' : 'attribution.elsewhere')
}

/** Whose families a line opens. */
export function tieQuery(tie: AttributionTie): { record?: number; group?: string; other?: 'rest' | 'unsaid' } {
  if (tie.sort === 'rest') return { other: 'rest' }
  if (tie.sort === 'record') return { record: tie.id ?? 0 }
  return tie.group === null ? { other: 'unsaid' } : { group: tie.group }
}

/** How much of this year's amount is tied to something, in percent. */
export function share(rest: AttributionPart | null, all: AttributionPart): string {
  const whole = forChart(all.this_year) ?? 0
  if (whole <= 0) return '0%'
  return `${(100 * (1 - (forChart(rest?.this_year ?? '0') ?? 0) / whole)).toFixed(1)}%`
}
