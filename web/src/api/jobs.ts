// Follows a job: by server-sent events, and by asking where a proxy swallows those.
import { BASE, get } from './client'
import type { Job, JobState } from './types'

const ENDED: JobState[] = ['done', 'failed', 'cancelled', 'interrupted']
export const jobEnded = (job: Job) => ENDED.includes(job.state)

const ASK_EVERY = 1500

/** Calls `changed` with every state until the job has ended; resolves with the last one. `stop` ends the following. */
export function followJob<R>(id: number, changed: (job: Job<R>) => void, stop?: AbortSignal): Promise<Job<R>> {
  return new Promise((resolve, reject) => {
    let asking: ReturnType<typeof setTimeout> | undefined
    let source: EventSource | null = null
    const leave = () => {
      source?.close()
      clearTimeout(asking)
    }
    const take = (job: Job<R>) => {
      changed(job)
      if (!jobEnded(job)) return false
      leave()
      resolve(job)
      return true
    }
    const ask = async () => {
      try {
        if (!take(await get<Job<R>>(`/jobs/${id}`, undefined, stop))) asking = setTimeout(() => void ask(), ASK_EVERY)
      } catch (problem) {
        leave()
        reject(problem as Error)
      }
    }
    stop?.addEventListener('abort', leave)
    if (typeof EventSource === 'undefined') return void ask()
    source = new EventSource(`${BASE}/jobs/${id}/events`)
    source.addEventListener('job', (event: MessageEvent<string>) => take(JSON.parse(event.data) as Job<R>))
    source.onerror = () => {
      source?.close()
      void ask()
    }
  })
}
