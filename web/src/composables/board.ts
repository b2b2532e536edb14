// What a leader's page shows, read at once; and how its places compare.
import type { CaseStateCount, DivisionFigure, LeaderPage, PlaceRank } from '@/api/types'
import { casework, progress } from '@/api/calls'
import type { Query } from '@/api/client'
import { showMoney } from '@/fields/money/money'
import { t } from '@/i18n'
import { usePack } from '@/stores/pack'
import { useSession } from '@/stores/session'
import { count, percent } from './format'
import { judged } from './lights'
import { ranked, type PlaceShade } from './shades'

export interface Board {
  leader: LeaderPage
  states: CaseStateCount[]
}
export async function readBoard(query: Query, signal?: AbortSignal): Promise<Board> {
  const [leader, states] = await Promise.all([progress.leader(query, signal), casework.states({ division: query['division'] ?? null })])
  return { leader, states }
}

/** The place that somebody sees who names none: their own, where it is one. */
export function ownPlace(): string {
  const own = useSession().current?.user.divisions ?? []
  if (own.length > 0) return own.length === 1 ? (own[0]?.name ?? '') : ''
  return usePack().divisions.find((one) => one.level === 'county')?.name ?? ''
}

// ── places

export const MEASURES = ['lights', 'share', 'hits', 'subjects', 'per_capita', 'growth'] as const
export type Measure = (typeof MEASURES)[number]
export interface BoardPlace extends PlaceShade {
  /** From 1; equals share one. */
  rank: number
  lights: PlaceRank['lights'] | null
}

function measureOf(measure: Exclude<Measure, 'lights'>, one: DivisionFigure): { value: number | null; text: string } {
  const unknown = t('value.unknown')
  switch (measure) {
    case 'share': {
      const value = one.subjects > 0 ? one.hits / one.subjects : null
      return { value, text: value === null ? unknown : `${(value * 100).toFixed(1)}%` }
    }
    case 'hits':
      return { value: one.hits, text: count(one.hits) }
    case 'subjects':
      return { value: one.subjects, text: count(one.subjects) }
    case 'per_capita':
      return { value: one.per_capita === null ? null : Number(one.per_capita), text: one.per_capita === null ? unknown : showMoney(one.per_capita, true) }
    case 'growth':
      return { value: one.growth, text: percent(one.growth) }
  }
}

/** Places in order, by what is measured; by lights in the order of the server, the part that is green being what is shaded. */
export function placesBy(measure: Measure, leader: Pick<LeaderPage, 'ranking' | 'picture'>): BoardPlace[] {
  const lights = new Map(leader.ranking.map((one) => [one.code, one.lights]))
  if (measure === 'lights')
    return leader.ranking.map((one) => {
      const all = judged(one.lights)
      return { code: one.code, name: one.name, rank: one.rank, lights: one.lights, value: all > 0 ? one.lights.green / all : null, text: all > 0 ? `${one.lights.green}/${all}` : t('value.unknown') }
    })
  const order = ranked(leader.picture.divisions.map((one) => ({ code: one.code, name: one.name, lights: lights.get(one.code) ?? null, ...measureOf(measure, one) })))
  let rank = 0
  return order.map((one, index) => {
    if (index === 0 || one.value !== order[index - 1]?.value) rank = index + 1
    return { ...one, rank }
  })
}

// ── cases

export interface WorkflowStates {
  workflow: string
  open: number
  overdue: number
  states: CaseStateCount[]
}
/** By workflow, the most overdue first, then the fullest. */
export function byWorkflow(states: CaseStateCount[]): WorkflowStates[] {
  const all = new Map<string, WorkflowStates>()
  for (const one of states) {
    const of = all.get(one.workflow) ?? { workflow: one.workflow, open: 0, overdue: 0, states: [] }
    of.open += one.open
    of.overdue += one.overdue
    of.states.push(one)
    all.set(one.workflow, of)
  }
  return [...all.values()].sort((a, b) => b.overdue - a.overdue || b.open - a.open)
}
