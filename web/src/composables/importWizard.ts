// The steps of an import. The import lives on the server under an id that stands in the address, so that a reload, or
// coming back later, goes on where it was.
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { imports } from '@/api/calls'
import type { Import } from '@/api/types'
import { messageOf } from './errors'
import { useJob } from './job'

export type Step = 'choose' | 'reading' | 'preview' | 'applying' | 'applied' | 'failed'

/** Of rows that are cases: opened, put beside one that is open, or to be tried again. */
export type BecameCases = { opened: number; beside: number; waiting: number }

export function useImportWizard() {
  const route = useRoute()
  const router = useRouter()
  const current = shallowRef<Import | null>(null)
  const problem = ref('')
  const became = ref<BecameCases | null>(null)
  const running = useJob<{ import: number; cases: BecameCases | null }>()
  const id = computed(() => (typeof route.query['id'] === 'string' ? route.query['id'] : null))

  const step = computed<Step>(() => {
    if (running.running.value) return current.value ? 'applying' : 'reading'
    switch (current.value?.state) {
      case 'ready':
        return 'preview'
      case 'reading':
        return 'reading'
      case 'applying':
        return 'applying'
      case 'applied':
        return 'applied'
      case 'failed':
        return 'failed'
      case 'dropped':
      case undefined:
        return 'choose'
    }
  })

  async function read(of: number | string) {
    try {
      current.value = await imports.read(of)
      problem.value = ''
    } catch (failed) {
      current.value = null
      problem.value = messageOf(failed)
    }
  }
  async function upload(feed: string, file: File) {
    problem.value = ''
    current.value = null
    const done = await running.start(() => imports.upload(feed, file))
    const of = done?.result?.import
    if (of !== undefined) await router.replace({ query: { id: String(of) } })
    else problem.value = running.problem.value
  }
  async function apply() {
    const of = current.value?.id
    if (of === undefined) return
    const done = await running.start(() => imports.apply(of))
    const cases = done?.result?.cases ?? null
    became.value = cases && cases.opened + cases.beside + cases.waiting > 0 ? cases : null
    if (!done) problem.value = running.problem.value
    await read(of)
    if (!done) problem.value = running.problem.value
  }
  async function drop() {
    if (current.value?.state === 'ready') await imports.drop(current.value.id).catch(() => undefined)
    current.value = null
    became.value = null
    problem.value = ''
    running.forget()
    await router.replace({ query: {} })
  }
  watch(
    id,
    (now) => {
      if (now && now !== String(current.value?.id)) void read(now)
      if (!now) current.value = null
    },
    { immediate: true },
  )
  return { current, step, problem, became, job: running.job, upload, apply, drop }
}
