// How a workflow goes: lines by state and by township, and which cases stand behind one of the numbers.
import { computed, ref, shallowRef } from 'vue'
import { casework } from '@/api/calls'
import type { ProcessCases, ProcessLine } from '@/api/types'
import { count } from './format'
import { useLoad } from './load'

export const whiches = ['passed', 'late', 'returned'] as const
export type Which = (typeof whiches)[number]
export interface Behind {
  line: ProcessLine
  which: Which
}

/** "3 (25%)": how many of how many; a dash where there is nothing to be late for. */
export function share(some: number, all: number): string {
  return all === 0 ? '—' : `${count(some)} (${Math.round((100 * some) / all)}%)`
}

export function figure(line: ProcessLine, which: Which): string {
  if (which === 'passed') return count(line.passed)
  return which === 'late' ? share(line.late, line.with_deadline) : share(line.returned, line.passed)
}

export function useProcessFigures(workflow: () => string) {
  const page = useLoad(() => casework.figures(workflow(), {}))
  // null: none is chosen; an empty one: the whole case, by its clock.
  const state = ref<string | null>(null)
  const townships = computed(() => (page.data.value?.townships ?? []).filter((line) => (line.state ?? '') === state.value))
  const behind = shallowRef<Behind | null>(null)
  const cases = shallowRef<ProcessCases['cases']>([])
  const next = ref<number | null>(null)
  const list = useLoad(async () => {
    const of = behind.value
    if (!of || !page.data.value) return true
    const { from, to } = page.data.value
    const answer = await casework.figureCases(workflow(), {
      from,
      to,
      which: of.which,
      ...(of.line.state ? { state: of.line.state } : {}),
      ...(of.line.code ? { division: of.line.code } : {}),
      ...(next.value ? { after: next.value } : {}),
    })
    cases.value = [...cases.value, ...answer.cases]
    next.value = answer.next
    return true
  })
  function open(line: ProcessLine, which: Which) {
    behind.value = { line, which }
    cases.value = []
    next.value = null
    list.data.value = null
    void list.run()
  }
  return { page, state, townships, behind, cases, next, list, open }
}
