// Answers while somebody drags: one question is on the way at a time, and when it has come, the newest one follows. A slow server is
// asked less often; what was asked last is always answered.
import { ref, shallowRef } from 'vue'

export function useLatest<T>(fetcher: () => Promise<T>) {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const busy = ref(false)
  let again = false

  async function ask() {
    if (busy.value) {
      again = true
      return
    }
    busy.value = true
    do {
      again = false
      try {
        data.value = await fetcher()
        error.value = null
      } catch (problem) {
        error.value = problem
      }
    } while (again)
    busy.value = false
  }
  return { data, error, busy, ask }
}
