// Pages of a list in a drawer: the first when it opens, further ones on demand. Only the newest question counts.
import { computed, ref, shallowRef, watch } from 'vue'
import { messageOf } from './errors'

/** `opened`: what the drawer is open on, null when it is closed; `fetch`: the page behind the record of that id, 0 for the first. */
export function usePages<Page extends { more: boolean }, One>(opened: () => unknown, fetch: (after: number) => Promise<Page>, recordsOf: (page: Page) => One[]) {
  const records = shallowRef<One[]>([])
  const page = shallowRef<Page | null>(null)
  const busy = ref(false)
  const problem = ref('')
  let asked = 0

  async function read(after = 0) {
    if (!opened()) return
    const mine = ++asked
    busy.value = true
    problem.value = ''
    try {
      const got = await fetch(after)
      if (mine !== asked) return
      records.value = after ? [...records.value, ...recordsOf(got)] : recordsOf(got)
      page.value = got
    } catch (failed) {
      if (mine === asked) problem.value = messageOf(failed)
    } finally {
      if (mine === asked) busy.value = false
    }
  }
  watch(opened, () => {
    records.value = []
    page.value = null
    void read()
  })
  return { records, page, more: computed(() => page.value?.more ?? false), busy, problem, read }
}
