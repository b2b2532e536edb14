// Tables of an assessment: what stands in a cell, in which order, what the points of a part add up to.
import type { AssessmentCriterion, AssessmentScore, AssessmentScored, AssessmentTable } from '@/api/types'

/** By rank; who has none yet by points. */
export const ranked = (scored: AssessmentScored[]) => [...scored].sort((a, b) => (a.rank ?? 1e9) - (b.rank ?? 1e9) || Number(b.points) - Number(a.points))

/** Points as people read them: two places at most. */
export const points = (text: string | null) => (text === null ? '—' : String(Number(Number(text).toFixed(2))))

/** A part of the whole, 0 to 1, as people read it. */
export const percentOf = (part: string) => `${Number((Number(part) * 100).toFixed(1))}%`

export type Origin = 'objection' | 'figure' | 'review' | 'open' | 'spared'
/** Where the points that count came from. */
export function originOf(score: AssessmentScore): Origin {
  if (score.given === null) return score.spared ? 'spared' : 'open'
  if (score.awarded !== null) return 'objection'
  return score.computed !== null ? 'figure' : 'review'
}
export const scoreOf = (scored: AssessmentScored, criterion: AssessmentCriterion) => scored.scores.find((one) => one.criterion === criterion.name)

/** Full marks of all but deductions, in ten-thousandths, since points have decimals. */
export function sumPoints(criteria: AssessmentCriterion[], changed: Record<string, string>): number {
  return criteria.filter((one) => one.kind !== 'deduction').reduce((sum, one) => sum + Math.round(Number(changed[one.name] ?? one.points) * 10000), 0)
}
export const addsUp = (criteria: AssessmentCriterion[], changed: Record<string, string>) => sumPoints(criteria, changed) === sumPoints(criteria, {})

/** Points somebody types: 0 or more, four decimals at most. */
export const typedPoints = (text: string): string | undefined => (/^\d{1,3}(\.\d{1,4})?$/.test(text.trim()) ? text.trim() : undefined)

const isOpen = (score: AssessmentScore | undefined) => score !== undefined && originOf(score) === 'open'

export interface OpenPoint {
  scored: AssessmentScored
  criterion: AssessmentCriterion
}
/** What still has to be reviewed before the run can be published. */
export const openPoints = (table: AssessmentTable): OpenPoint[] =>
  table.scored.flatMap((scored) =>
    table.criteria.filter((criterion) => isOpen(scoreOf(scored, criterion))).map((criterion) => ({ scored, criterion })),
  )

/** May one still object? Until the last day, both included. */
export const objectable = (table: AssessmentTable, today: string) => table.run.state === 'published' && (table.run.objections_until ?? '') >= today
