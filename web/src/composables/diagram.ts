// A workflow in the words and lines that the diagram shows.
import { computed } from 'vue'
import type { Workflow } from '@/api/types'
import { say } from '@/i18n'
import { useWorkflows } from '@/stores/workflows'

/** Lines from each state that a transition leads out of; back: to a state that stands no further on. */
export function linesOf(of: Pick<Workflow, 'states' | 'transitions'>) {
  const layer = new Map(of.states.map((one) => [one.name, one.layer]))
  return of.transitions.flatMap((one) =>
    one.from.map((from) => {
      const to = one.to ?? from
      return { transition: one.name, label: one.label, from, to, back: (layer.get(to) ?? 0) <= (layer.get(from) ?? 0) }
    }),
  )
}

export function useDiagram(workflow: () => string) {
  const workflows = useWorkflows()
  return computed(() => {
    const of = workflows.find(workflow())
    if (!of) return null
    return {
      states: of.states.map((one) => ({ name: one.name, layer: one.layer, place: one.place, label: say(one.label), end: one.end !== null })),
      lines: linesOf(of).map((one) => ({ ...one, label: say(one.label) })),
    }
  })
}
