// The plan of one household for one year: the plan itself, its measures, the visits, and the ledger it is held against.
import { computed } from 'vue'
import { household as fetchHousehold, records } from '@/api/calls'
import type { Household, RecordRow, SubjectPlan } from '@/api/types'
import { usePack } from '@/stores/pack'
import { useLoad } from './load'
import { planMonths, planRows } from './planProgress'

const MOST = '200'

export interface PlanParts {
  household: Household
  /** Of all years, newest first. */
  plans: RecordRow[]
  plan: RecordRow | null
  year: number
  measures: RecordRow[]
  visits: RecordRow[]
}

async function hanging(register: string | undefined, parent: number): Promise<RecordRow[]> {
  if (!register) return []
  const got = await records.list(register, new URLSearchParams({ parent: String(parent), limit: MOST }))
  return got.records
}
const yearOf = (plan: RecordRow, config: SubjectPlan) => Number(plan.values[config.year])

export async function readPlan(id: number, wanted: number | undefined, config: SubjectPlan): Promise<PlanParts> {
  const household = await fetchHousehold(id)
  const [all, visits] = await Promise.all([hanging(config.register, id), hanging(config.visits?.register, id)])
  const plans = [...all].sort((a, b) => yearOf(b, config) - yearOf(a, config))
  const year = wanted ?? (plans[0] ? yearOf(plans[0], config) : Number(household.as_of.slice(0, 4)))
  const plan = plans.find((one) => yearOf(one, config) === year) ?? null
  const planned = config.visits?.planned
  const day = (one: RecordRow) => String((planned && one.values[planned]) ?? '')
  return {
    household,
    plans,
    plan,
    year,
    measures: plan ? await hanging(config.measures?.register, plan.id) : [],
    visits: [...visits].sort((a, b) => day(b).localeCompare(day(a))),
  }
}

export function usePlan(id: () => number, year: () => number | undefined) {
  const packs = usePack()
  const config = computed(() => packs.pack?.subject_plan ?? null)
  const page = useLoad(async () => (config.value ? readPlan(id(), year(), config.value) : null))
  const rows = computed(() => {
    const got = page.data.value
    if (!got || !config.value) return []
    return planRows(config.value.targets as Record<string, string>, got.plan?.values ?? {}, got.household.ledger.months, got.year)
  })
  const months = computed(() => (page.data.value ? planMonths(rows.value, page.data.value.household.ledger.months, page.data.value.year) : []))
  return { config, page, rows, months }
}
