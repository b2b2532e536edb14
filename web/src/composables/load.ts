import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { aborted } from './errors'

export interface Loading<T> {
  data: ShallowRef<T | null>
  error: ShallowRef<unknown>
  loading: Ref<boolean>
  run: () => Promise<void>
}

/** Loads something for a page. Only the newest call counts; what is shown stays until the next has come. */
export function useLoad<T>(fetcher: (signal: AbortSignal) => Promise<T>): Loading<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const loading = ref(false)
  let latest: AbortController | null = null

  async function run() {
    latest?.abort()
    const mine = new AbortController()
    latest = mine
    loading.value = true
    try {
      const got = await fetcher(mine.signal)
      if (latest !== mine) return
      data.value = got
      error.value = null
    } catch (problem) {
      if (latest === mine && !aborted(problem)) error.value = problem
    } finally {
      if (latest === mine) loading.value = false
    }
  }
  return { data, error, loading, run }
}
