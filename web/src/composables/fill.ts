// A unit's reports as a sheet: what a cell is sent as, what was pasted from a spreadsheet, what became of each row.
import { computed, ref } from 'vue'
import { ApiError } from '@/api/client'
import { casework, dispatch, records } from '@/api/calls'
import type { DispatchReport, DispatchRound, Field, RecordRow, Value, Workflow } from '@/api/types'
import { t } from '@/i18n'
import { parseDecimal } from '@/fields/decimal/decimal'
import { usePack } from '@/stores/pack'
import { useWorkflows } from '@/stores/workflows'
import { messageOf } from './errors'
import { useLoad } from './load'

export interface FillRow {
  report: DispatchReport
  /** As it is kept. */
  record: Pick<RecordRow, 'id' | 'version' | 'values'>
  /** As typed. */
  cells: Record<string, string>
  /** Still the unit's to fill. */
  open: boolean
  state: 'rest' | 'busy' | 'kept' | 'sent' | 'wrong'
  message: string
}

/** What a spreadsheet put on the clipboard: rows of cells. A quoted cell may hold line breaks. */
export function pasted(text: string): string[][] {
  const rows: string[][] = [[]]
  const cell = /"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*)/y
  for (let at = 0; at <= text.length; ) {
    cell.lastIndex = at
    const found = cell.exec(text)
    const whole = found?.[0] ?? ''
    rows.at(-1)?.push(found?.[1] !== undefined ? found[1].replace(/""/g, '"') : (found?.[2] ?? ''))
    at += whole.length
    if (text[at] === '\r' && text[at + 1] === '\n') at++
    if (text[at] === '\n' || text[at] === '\r') rows.push([])
    at++
  }
  if (rows.length > 1 && rows.at(-1)?.length === 1 && rows.at(-1)?.[0] === '') rows.pop()
  return rows
}
export const isSheet = (cells: string[][]) => cells.length > 1 || (cells[0]?.length ?? 0) > 1

/** What was typed as it is sent; the text itself where it is no number, so that the server says so. */
export function sentCell(field: Pick<Field, 'type'>, text: string): Value {
  const trimmed = text.trim()
  if (trimmed === '') return null
  return field.type === 'decimal' ? (parseDecimal(trimmed.replace(/%$/, '')) ?? trimmed) : trimmed
}
export const shownCell = (value: Value | undefined) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** The way on from where a unit fills: the one that the case lists. */
export function wayOn(workflow: Workflow, listed: string[]): string | undefined {
  return workflow.transitions.find((one) => one.kind === 'forward' && listed.includes(one.name))?.name
}

export function useFill(month: () => string, unit: () => string) {
  const packs = usePack()
  const workflows = useWorkflows()
  const rows = ref<FillRow[]>([])
  const round = ref<DispatchRound | null>(null)
  const page = useLoad(async () => {
    const [got] = await Promise.all([dispatch.round({ month: month(), unit: unit() }), workflows.load()])
    round.value = got
    rows.value = got.reports.filter((one) => one.unit.name === unit()).map((report) => rowOf(got, report))
    return true
  })
  const register = computed(() => packs.register(round.value?.register ?? ''))
  const workflow = computed(() => workflows.find(round.value?.workflow ?? ''))
  /** The kind of file that the way on asks for. */
  const evidence = computed(() => workflow.value?.transitions.filter((one) => one.kind === 'forward').flatMap((one) => one.attach)[0]?.kind)
  const fields = computed(() => (round.value?.fill ?? []).flatMap((name) => register.value?.fields.filter((one) => one.name === name) ?? []))

  function rowOf(of: DispatchRound, report: DispatchReport): FillRow {
    const values = report.values as Record<string, Value>
    const cells = Object.fromEntries(of.fill.map((name) => [name, shownCell(values[name])]))
    return { report, record: { id: report.id, version: report.version, values }, cells, open: report.state.name === workflows.find(of.workflow)?.start, state: 'rest', message: '' }
  }
  const fieldOf = (name: string) => fields.value.find((one) => one.name === name)
  function changes(row: FillRow): Record<string, Value> {
    const out: Record<string, Value> = {}
    for (const [name, text] of Object.entries(row.cells)) {
      const field = fieldOf(name)
      if (field && text !== shownCell(row.record.values[name])) out[name] = sentCell(field, text)
    }
    return out
  }
  function fail(row: FillRow, problem: unknown) {
    row.state = 'wrong'
    const faults = problem instanceof ApiError ? problem.faults : []
    row.message = faults.length > 0 ? faults.map((one) => one.message).join('；') : messageOf(problem)
  }
  /** One thing after another for each row: who leaves a cell by pressing the button has both saved and sent. */
  const waiting = new Map<number, Promise<unknown>>()
  function inTurn<R>(row: FillRow, task: () => Promise<R>): Promise<R> {
    const mine = (waiting.get(row.record.id) ?? Promise.resolve()).then(task)
    waiting.set(row.record.id, mine)
    return mine
  }
  const save = (row: FillRow) => inTurn(row, () => saveNow(row))
  const send = (row: FillRow) => inTurn(row, () => sendNow(row))

  /** True where nothing is left to be saved. */
  async function saveNow(row: FillRow): Promise<boolean> {
    const values = changes(row)
    if (!row.open || Object.keys(values).length === 0 || !round.value) return row.state !== 'wrong'
    row.state = 'busy'
    try {
      const done = await records.edit(round.value.register, row.record.id, row.record.version, values)
      row.record = done.record
      for (const name of Object.keys(values)) row.cells[name] = shownCell(done.record.values[name])
      row.state = 'kept'
      row.message = ''
      return true
    } catch (problem) {
      fail(row, problem)
      return false
    }
  }
  async function sendNow(row: FillRow) {
    if (!row.open || !round.value || !workflow.value) return
    if (row.state === 'wrong') row.state = 'rest'
    if (!(await saveNow(row))) return
    row.state = 'busy'
    try {
      const detail = await casework.read(round.value.workflow, row.record.id)
      const way = wayOn(
        workflow.value,
        detail.actions.filter((one) => one.listed).map((one) => one.transition),
      )
      if (!way) throw new Error(t('dispatch.no_way'))
      const done = await casework.act(round.value.workflow, row.record.id, { transition: way, version: detail.case.version })
      const state = workflow.value.states.find((one) => one.name === done.case.case.state)
      row.record = done.case.record
      row.open = done.case.case.state === workflow.value.start
      row.report = { ...row.report, ...(state ? { state: { name: state.name, label: state.label } } : {}) }
      row.state = 'sent'
      row.message = ''
    } catch (problem) {
      fail(row, problem)
    }
  }
  /** One after the other, so that each row has a result of its own. */
  async function sendAll() {
    for (const row of rows.value) if (row.open) await send(row)
  }
  return { page, rows, round, fields, evidence, save, send, sendAll, readyCount: computed(() => rows.value.filter((one) => one.open).length) }
}
