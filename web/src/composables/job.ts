import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { followJob } from '@/api/jobs'
import type { Job } from '@/api/types'
import { t } from '@/i18n'
import { messageOf } from './errors'

/** Starts a job and follows it while the page stands; the job itself goes on when the page is left. */
export function useJob<R = unknown>() {
  const job = shallowRef<Job<R> | null>(null)
  const problem = ref('')
  const starting = ref(false)
  let stop = new AbortController()
  onScopeDispose(() => stop.abort())

  const running = computed(() => starting.value || job.value?.state === 'queued' || job.value?.state === 'running')

  function forget() {
    stop.abort()
    stop = new AbortController()
    job.value = null
    problem.value = ''
  }
  /** Resolves with the job if it was done, and with null if it was not. */
  async function start(begin: () => Promise<Job>): Promise<Job<R> | null> {
    forget()
    starting.value = true
    try {
      const begun = (await begin()) as Job<R>
      job.value = begun
      starting.value = false
      const last = await followJob<R>(begun.id, (now) => (job.value = now), stop.signal)
      if (last.state === 'done') return last
      problem.value = last.error ?? t(`job.${last.state}`)
    } catch (reason) {
      problem.value = messageOf(reason)
    } finally {
      starting.value = false
    }
    return null
  }
  return { job, problem, running, start, forget }
}
