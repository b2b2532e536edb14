// How long there is still time, in words; the server counts the days.
import { say, t } from '@/i18n'
import type { Label } from '@/api/types'

interface Due {
  due: string | null
  days_left: number | null
  overdue: boolean
  closed: string | null
  /** The date or parameter for want of which there is no deadline. */
  due_lacks?: Label | null
}
export type Urgency = 'none' | 'calm' | 'soon' | 'late'
const SOON = 3

export function urgency(one: Due): Urgency {
  if (one.closed === null && one.due === null && one.due_lacks) return 'soon'
  if (one.closed !== null || one.due === null) return 'none'
  if (one.overdue) return 'late'
  return (one.days_left ?? SOON + 1) <= SOON ? 'soon' : 'calm'
}
export const urgencyChip: Record<Urgency, string> = { none: '', calm: 'low', soon: 'medium', late: 'high' }

export function deadlineWords(one: Due): string {
  if (one.closed !== null) return t('case.closed_on', { date: one.closed })
  if (one.due === null && one.due_lacks) return t('case.due_lacks', { name: say(one.due_lacks) })
  if (one.due === null) return t('case.no_deadline')
  if (one.days_left === null) return t(one.overdue ? 'case.overdue' : 'case.due_on', { date: one.due })
  if (one.overdue) return t('case.overdue_days', { n: Math.abs(one.days_left) })
  return one.days_left === 0 ? t('case.due_today') : t('case.days_left', { n: one.days_left })
}
