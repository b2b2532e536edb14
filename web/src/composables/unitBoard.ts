// What a department's page shows, read at once: how it stands with the plan, this month's reports, what waits for it.
import type { CaseCount, DispatchReport, DispatchRound, IndicatorLine, Lights, Task, UnitPage } from '@/api/types'
import { casework, dispatch, progress } from '@/api/calls'
import type { Query } from '@/api/client'
import { usePack } from '@/stores/pack'
import { LIGHTS, type Light } from './lights'

export interface UnitBoard {
  page: UnitPage
  round: DispatchRound | null
  /** What waits for who looks; only on their own unit's page. */
  waiting: CaseCount[]
}

export async function readUnitBoard(unit: string, own: boolean, query: Query, signal?: AbortSignal): Promise<UnitBoard> {
  const [page, counts] = await Promise.all([progress.unit(unit, query, signal), own ? casework.counts() : []])
  const round = usePack().pack?.rounds ? await dispatch.round({ unit, month: page.as_of.slice(0, 7) }) : null
  return { page, round, waiting: counts.filter((one) => one.mine > 0).sort((a, b) => b.mine_overdue - a.mine_overdue || b.mine - a.mine) }
}

const place = (light: Light) => LIGHTS.indexOf(light)
/** The gravest light first; among equals as they stood. */
export const gravestFirst = (lines: IndicatorLine[]): IndicatorLine[] => [...lines].sort((a, b) => place(a.light) - place(b.light))

/** A task has the gravest light of what it is measured by. */
export const lightOf = (task: Pick<Task, 'lights'>): Light => LIGHTS.find((one) => task.lights[one] > 0) ?? 'none'
export function countTasks(tasks: Pick<Task, 'lights'>[]): Lights {
  const counts: Lights = { green: 0, yellow: 0, red: 0, none: 0, unknown: 0 }
  for (const one of tasks) counts[lightOf(one)]++
  return counts
}

/** Reports that the unit still owes, and those of others that it has to confirm: what is late first, then by date. */
export function owed(round: DispatchRound | null, unit: string): DispatchReport[] {
  const open = (round?.reports ?? []).filter((one) => one.closed === null && (one.unit.name === unit ? one.state.name === round?.states[0]?.name : one.state.name === round?.states[1]?.name))
  return open.sort((a, b) => Number(b.overdue) - Number(a.overdue) || (a.due ?? '9').localeCompare(b.due ?? '9'))
}
