import { ref } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import { records } from '@/api/calls'
import type { SearchHit } from '@/api/types'
import { usePack } from '@/stores/pack'
import { useDebounced } from './debounce'
import { useWorkflows } from '@/stores/workflows'
import { showError } from './errors'

const SHORTEST = 1

/** The search at the top: what was typed, what was found, and where a result leads. */
export function useSearch() {
  const packs = usePack()
  const workflows = useWorkflows()
  const text = ref('')
  const hits = ref<SearchHit[]>([])
  const active = ref(0)
  const open = ref(false)
  const busy = ref(false)
  let latest: AbortController | null = null

  const look = useDebounced(async () => {
    latest?.abort()
    const mine = (latest = new AbortController())
    try {
      hits.value = await records.search(text.value.trim(), mine.signal)
      active.value = 0
    } catch (problem) {
      showError(problem)
    } finally {
      if (latest === mine) busy.value = false
    }
  }, 200)

  function typed() {
    if (text.value.trim().length < SHORTEST) return close()
    open.value = true
    busy.value = true
    look()
  }
  function move(step: number) {
    if (hits.value.length > 0) active.value = (active.value + step + hits.value.length) % hits.value.length
  }
  function close() {
    open.value = false
    hits.value = []
  }
  /** A household's page shows everything about it, its people included; other records, and cases found by their number, have their own page. */
  function target(hit: SearchHit): RouteLocationRaw {
    const workflow = hit.by === 'case' ? workflows.ofRegister(hit.register) : undefined
    if (workflow) return { name: 'case', params: { workflow: workflow.name, id: hit.id } }
    if (hit.register === packs.pack?.subject) return { name: 'household', params: { id: hit.id } }
    if (hit.subject) return { name: 'household', params: { id: hit.subject.id } }
    return { name: 'record', params: { register: hit.register, id: hit.id } }
  }
  return { text, hits, active, open, busy, typed, move, close, target }
}
