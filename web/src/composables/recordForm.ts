// A form over a record: its values, what the server says about them as one types, and what happens on saving.
import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '@/api/client'
import { records } from '@/api/calls'
import type { Fault, RecordDetail, RecordFigure, RecordRow, Register, Value, Values, Written } from '@/api/types'
import { changedValues, disputed } from '@/fields/send'
import { useDebounced } from './debounce'
import { aborted, messageOf } from './errors'

export function useRecordForm(register: () => Register | undefined, id: () => number | undefined, given: () => Values) {
  const base = shallowRef<(RecordRow & Partial<Pick<RecordDetail, 'writable' | 'why' | 'figures'>>) | null>(null)
  const values = ref<Values>({})
  const faults = ref<Record<string, string>>({})
  const problem = ref('')
  /** What follows from what is typed, as the server works it out. */
  const figures = shallowRef<RecordFigure[]>([])
  const saving = ref(false)
  const theirs = shallowRef<RecordRow | null>(null)
  const ready = ref(false)
  const touched = new Set<string>()

  const fields = computed(() => register()?.fields ?? [])
  const before = computed<Values>(() => base.value?.values ?? {})
  const changes = computed(() => changedValues(fields.value, before.value, values.value))
  const dirty = computed(() => Object.keys(changes.value).length > 0)

  async function load() {
    const of = register()
    if (!of) return
    const number = id()
    base.value = number === undefined ? null : await records.read(of.name, number)
    values.value = { ...(base.value?.values ?? {}), ...given() }
    figures.value = base.value?.figures ?? []
    ready.value = true
  }
  const show = (list: Fault[]) => (faults.value = Object.fromEntries(list.map((one) => [one.field, one.message])))

  const check = useDebounced(async () => {
    const of = register()
    if (!of) return
    try {
      const sent = changes.value
      const got = await records.check(of.name, sent, id())
      figures.value = got.figures
      // While somebody is still filling a new form, only the fields they have been to are spoken about.
      show(got.faults.filter((one) => touched.has(one.field) || one.field in sent))
    } catch (failed) {
      // The save will say it again; a check that could not be made must not stand in anybody's way.
      if (!aborted(failed)) faults.value = {}
    }
  }, 400)

  function set(name: string, value: Value) {
    values.value = { ...values.value, [name]: value }
    touched.add(name)
    check()
  }

  async function save(): Promise<Written | null> {
    const of = register()
    if (!of) return null
    saving.value = true
    problem.value = ''
    try {
      const sent = changes.value
      const written = base.value ? await records.edit(of.name, base.value.id, base.value.version, sent) : await records.create(of.name, sent)
      base.value = written.record
      values.value = { ...written.record.values }
      return written
    } catch (failed) {
      refused(failed)
      return null
    } finally {
      saving.value = false
    }
  }
  function refused(failed: unknown) {
    problem.value = messageOf(failed)
    if (!(failed instanceof ApiError)) return
    if (failed.code === 'conflict' && failed.rest['current']) theirs.value = failed.rest['current'] as RecordRow
    else show(failed.faults)
  }

  /** After somebody else's change: takes theirs as the ground, and mine on top where I touched it or chose mine. */
  function settle(chosen: Record<string, 'mine' | 'theirs'>) {
    const now = theirs.value
    if (!now) return
    const mine = changedNames()
    const next: Values = { ...now.values }
    for (const name of mine) if (chosen[name] !== 'theirs') next[name] = values.value[name] ?? null
    base.value = now
    values.value = next
    theirs.value = null
    problem.value = ''
  }
  const changedNames = () => Object.keys(changes.value)
  const dispute = computed(() => (theirs.value ? disputed(fields.value, before.value, values.value, theirs.value.values) : []))

  return { ready, values, faults, figures, problem, saving, dirty, theirs, dispute, before, base, changedNames, load, set, save, settle }
}
