// A dialog that sends something: busy while it is on its way, and what went wrong in words beside the form, which keeps what was typed.
import { ref } from 'vue'
import { messageOf } from './errors'

export function useSending() {
  const busy = ref(false)
  const problem = ref('')
  async function send(work: () => Promise<void>) {
    busy.value = true
    problem.value = ''
    try {
      await work()
    } catch (failed) {
      problem.value = messageOf(failed)
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, send }
}
