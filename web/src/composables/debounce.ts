import { onScopeDispose } from 'vue'

/** Calls `action` once things have been quiet for a moment. */
export function useDebounced<A extends unknown[]>(action: (...values: A) => void, milliseconds = 300) {
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  return (...values: A) => {
    clearTimeout(timer)
    timer = setTimeout(() => action(...values), milliseconds)
  }
}
