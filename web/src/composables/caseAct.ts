// The next step of a case: what has to be given with it, what the server says of that, and what happens when somebody was faster.
import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '@/api/client'
import { casework, records } from '@/api/calls'
import type { CaseDetail, CaseDone, Field, RecordFigure, Register, Value, Values, Workflow } from '@/api/types'
import { changedValues } from '@/fields/send'
import { useDebounced } from './debounce'
import { messageOf } from './errors'

/** The workflow says what a way wants; the case says what is in the way. */
export function useCaseAct(detail: () => CaseDetail | null, register: () => Register | undefined, workflow: () => Workflow | undefined) {
  const chosen = ref('')
  const values = ref<Values>({})
  const comment = ref('')
  const assignee = ref('')
  const faults = ref<Record<string, string>>({})
  const problem = ref('')
  const clash = ref('')
  const busy = ref(false)
  /** What follows from what is typed, as the server works it out; null: as the record stands. */
  const typed = shallowRef<RecordFigure[] | null>(null)

  const action = computed(() => workflow()?.transitions.find((one) => one.name === chosen.value) ?? null)
  const obstacles = computed(() => detail()?.actions.find((one) => one.transition === chosen.value)?.obstacles ?? [])
  const fields = computed<Field[]>(() => {
    const all = register()?.fields ?? []
    return [...(action.value?.require ?? []), ...(action.value?.optional ?? [])].map((name) => all.find((one) => one.name === name)).filter((one) => one !== undefined)
  })
  /** What a person cannot put right in this form: waiting, attachments, conditions on other facts. */
  const hindrances = computed(() => obstacles.value.filter((one) => one.kind !== 'field' && !(one.kind === 'guard' && changes.value)))
  /** A condition may hold once what was typed is written: then the server decides. */
  const changes = computed(() => Object.keys(changedValues(fields.value, before.value, values.value)).length > 0)
  const before = computed<Values>(() => detail()?.record.values ?? {})
  const wanted = (field: Field) => action.value?.require.includes(field.name) === true
  const missing = computed(() => fields.value.filter((one) => wanted(one) && (values.value[one.name] ?? null) === null))
  const ready = computed(() => action.value !== null && missing.value.length === 0 && (!action.value.comment || comment.value.trim() !== ''))

  /** Of the fields of this step; a form without such a field shows none. */
  const figures = computed(() => (typed.value ?? detail()?.record.figures ?? []).filter((one) => fields.value.some((field) => field.name === one.beside)))
  let asked = 0
  const reckon = useDebounced(async () => {
    const [one, of] = [detail(), register()]
    if (!one || !of || figures.value.length === 0) return
    const mine = ++asked
    const got = await records.check(of.name, changedValues(fields.value, before.value, values.value), one.record.id).catch(() => null)
    // Only the newest answer counts; where there is none, the step itself will say what is wrong.
    if (mine === asked && chosen.value !== '') typed.value = got?.figures ?? null
  }, 400)

  /** What was typed stays when another way is looked at and come back to. */
  function choose(transition: string) {
    chosen.value = chosen.value === transition ? '' : transition
    faults.value = {}
    problem.value = ''
    for (const field of fields.value) if (!(field.name in values.value)) values.value[field.name] = before.value[field.name] ?? null
  }
  function set(name: string, value: Value) {
    values.value = { ...values.value, [name]: value }
    const { [name]: _gone, ...rest } = faults.value
    faults.value = rest
    reckon()
  }
  function forget() {
    chosen.value = ''
    values.value = {}
    typed.value = null
    comment.value = ''
    assignee.value = ''
    faults.value = {}
    problem.value = ''
    clash.value = ''
  }
  async function act(refuse = false): Promise<CaseDone | null> {
    const one = detail()
    const now = action.value
    if (!one || !now) return null
    busy.value = true
    problem.value = ''
    faults.value = {}
    try {
      const done = await casework.act(one.case.workflow, one.record.id, {
        version: one.case.version,
        transition: now.name,
        // What the step wants is its doer's word: it is sent as they see it, changed or not.
        values: { ...changedValues(fields.value.filter(wanted), {}, values.value), ...changedValues(fields.value, before.value, values.value) },
        ...(comment.value.trim() ? { comment: comment.value.trim() } : {}),
        ...(assignee.value.trim() ? { assignee: assignee.value.trim() } : {}),
        ...(refuse ? { refuse } : {}),
      })
      forget()
      return done
    } catch (failed) {
      const current = failed instanceof ApiError && failed.code === 'conflict' ? (failed.rest['current'] as CaseDetail | undefined) : undefined
      if (current && current.case.version !== one.case.version) clash.value = messageOf(failed)
      else {
        problem.value = messageOf(failed)
        if (failed instanceof ApiError) faults.value = Object.fromEntries(failed.faults.map((fault) => [fault.field, fault.message]))
      }
      return null
    } finally {
      busy.value = false
    }
  }
  return { chosen, values, comment, assignee, faults, problem, clash, busy, action, fields, figures, hindrances, wanted, missing, ready, choose, set, act, forget }
}
