// Lists of cases: what the address asks for, page by page; which of them are chosen for something done to many at once.
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'
import { casework } from '@/api/calls'
import type { CaseRow } from '@/api/types'
import { showError } from './errors'
import { useLoad } from './load'

export const CASE_KINDS = ['mine', 'overdue', 'open', 'started', 'closed'] as const
export type CaseKind = (typeof CASE_KINDS)[number]
export const CASE_FILTERS = ['workflow', 'state', 'division', 'due_from', 'due_to'] as const
export type CaseFilters = Record<(typeof CASE_FILTERS)[number], string>
const PAGE = 50

const text = (query: LocationQuery, name: string) => (typeof query[name] === 'string' ? query[name] : '')
export function readCaseQuery(query: LocationQuery): CaseFilters & { kind: CaseKind } {
  const kind = CASE_KINDS.find((one) => one === query['kind']) ?? 'mine'
  return { kind, workflow: text(query, 'workflow'), state: text(query, 'state'), division: text(query, 'division'), due_from: text(query, 'due_from'), due_to: text(query, 'due_to') }
}
/** Whom it is about, and what it is called itself: twenty declarations of a village are told apart. */
export const caseTitle = (one: { subject: { name: string } | null; name: string; key: string }) =>
  [...new Set([one.subject?.name, one.name])].filter(Boolean).join(' · ') || one.key
export const caseKey = (one: Pick<CaseRow, 'workflow' | 'id'>) => `${one.workflow} ${one.id}`

export function useCaseList() {
  const route = useRoute()
  const router = useRouter()
  const asked = computed(() => readCaseQuery(route.query))
  const older = ref<CaseRow[]>([])
  const next = ref<string | null>(null)
  const chosen = ref(new Set<string>())
  const page = useLoad((signal) => casework.list({ ...asked.value, limit: PAGE }, signal))
  const rows = computed(() => [...(page.data.value?.cases ?? []), ...older.value])
  const picked = computed(() => rows.value.filter((one) => chosen.value.has(caseKey(one))))

  async function read() {
    older.value = []
    chosen.value = new Set()
    await page.run()
    next.value = page.data.value?.next ?? null
  }
  async function more() {
    try {
      const got = await casework.list({ ...asked.value, limit: PAGE, after: next.value })
      older.value = [...older.value, ...got.cases]
      next.value = got.next
    } catch (problem) {
      showError(problem)
    }
  }
  function choose(keys: string[], on: boolean) {
    const now = new Set(chosen.value)
    for (const key of keys) on ? now.add(key) : now.delete(key)
    chosen.value = now
  }
  /** A state belongs to one workflow, so that another workflow forgets it. */
  function change(changes: Partial<CaseFilters & { kind: CaseKind }>) {
    const now = { ...asked.value, ...('workflow' in changes ? { state: '' } : {}), ...changes }
    void router.push({ query: Object.fromEntries(Object.entries(now).filter(([name, value]) => value && !(name === 'kind' && value === 'mine'))) })
  }
  watch(
    () => JSON.stringify(asked.value),
    () => {
      if (route.name === 'cases') void read()
    },
    { immediate: true },
  )
  return { asked, page, rows, next, more, read, chosen, picked, choose, change }
}
