// A page of a register: what the address asks for, read page by page through the server's cursors.
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { records as calls } from '@/api/calls'
import type { Field, Register } from '@/api/types'
import { usePack } from '@/stores/pack'
import { usePreferences } from '@/stores/preferences'
import { useLoad } from './load'
import { readQuery, toSearch, writeQuery, type ListQuery } from './query'

const PAGE = 50
const COLUMNS_AT_FIRST = 7

export function startingColumns(register: Register): string[] {
  const { pack } = usePack()
  const key = [...register.key, register.name_field]
  const groups = [pack?.category, pack?.subcategory]
  /** What it is called, what must be there and what it is counted by come before the rest. */
  const weight = (field: Field) => (key.includes(field.name) ? 0 : field.required || groups.includes(field.name) ? 1 : 2)
  const plain = register.fields.filter((one) => !one.sensitive && one.type !== 'bool' && one.type !== 'codes' && !/note$/.test(one.name))
  return [...plain].sort((a, b) => weight(a) - weight(b)).slice(0, COLUMNS_AT_FIRST).map((one) => one.name)
}

export function useRecords(name: () => string) {
  const route = useRoute()
  const router = useRouter()
  const packs = usePack()
  const preferences = usePreferences()

  const register = computed(() => packs.register(name()))
  const list = computed(() => readQuery(route.query))
  const cursors = ref<(string | null)[]>([null])
  const total = ref<number | null>(null)

  const columns = computed<Field[]>(() => {
    const of = register.value
    if (!of) return []
    const chosen = preferences.read<string[]>(`columns.${of.name}`, startingColumns(of))
    return chosen.map((one) => of.fields.find((field) => field.name === one)).filter((one): one is Field => one !== undefined)
  })
  const chooseColumns = (names: string[]) => preferences.keep(`columns.${name()}`, names)

  const page = useLoad(async (signal) => {
    const after = cursors.value.at(-1) ?? null
    const extra: Record<string, string> = { limit: String(PAGE), fields: columns.value.map((one) => one.name).join(',') }
    if (after === null) extra['count'] = '1'
    else extra['after'] = after
    const got = await calls.list(name(), toSearch(list.value, extra), signal)
    if (got.total !== undefined) total.value = got.total
    return got
  })

  const change = (changes: Partial<ListQuery>) => router.push({ query: writeQuery({ ...list.value, ...changes }) })
  const clear = () => router.push({ query: {} })
  function forward() {
    const next = page.data.value?.next
    if (!next) return
    cursors.value.push(next)
    void page.run()
  }
  function back() {
    if (cursors.value.length > 1) cursors.value.pop()
    void page.run()
  }
  const before = computed(() => (cursors.value.length - 1) * PAGE)

  watch(
    () => [name(), JSON.stringify(writeQuery(list.value))],
    ([now], old) => {
      if (route.name !== 'records') return
      cursors.value = [null]
      if (now !== old?.[0]) {
        page.data.value = null
        total.value = null
      }
      void page.run()
    },
    { immediate: true },
  )
  watch(columns, (now, old) => {
    if (now.some((one) => !old.includes(one))) void page.run()
  })
  return { register, list, page, total, before, columns, chooseColumns, change, clear, forward, back }
}
