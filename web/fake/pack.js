// The real pack's YAML in the shape of GET /pack. Only what the pages need; the C program is the one that understands packs.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const folder = fileURLToPath(new URL('../../packs/hengyang-2022/', import.meta.url))
const read = (path) => parse(readFileSync(folder + path, 'utf8')) ?? {}
const readAll = (below) => readdirSync(folder + below).sort().reduce((all, name) => ({ ...all, ...read(`${below}/${name}`) }), {})
const list = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value])
const entries = (map, make) => Object.entries(map).map(([name, value]) => make(name, value))

function register(name, raw) {
  const parentField = raw.parent ? Object.entries(raw.fields).find(([field, of]) => of.register && (field === raw.parent || of.register === raw.parent))?.[0] : null
  return {
    name,
    label: raw.label,
    clause: list(raw.clause),
    parent: parentField ? raw.fields[parentField].register : null,
    parent_field: parentField ?? null,
    name_field: raw.name ?? null,
    key: list(raw.key),
    fields: entries(raw.fields, (field, of) => ({
      name: field,
      label: of.label,
      type: of.type,
      unit: of.unit ?? null,
      dictionary: of.dictionary ?? null,
      register: of.register ?? null,
      required: of.required ?? false,
      min: of.min ?? null,
      max: of.max ?? null,
      format: of.format ?? null,
      sensitive: of.sensitive ?? null,
      note: of.note ?? null,
      clause: list(of.clause),
    })),
  }
}

const raw = read('pack.yaml')
const order = ['household', 'person', 'income', 'expense', 'income_year', 'measure', 'work', 'work_plan', 'village', 'resettlement_site']
const place = (name) => (order.indexOf(name) + 1 || order.length + 1)
const clauses = read('plan.yaml').chapters.flatMap((chapter) => [
  { id: String(chapter.clause), title: chapter.title, text: chapter.text, parent: null, lead: [], responsible: [] },
  ...(chapter.tasks ?? []).map((task) => ({ id: String(task.clause), title: task.title, text: task.text, parent: String(chapter.clause), lead: list(task.lead), responsible: list(task.responsible) })),
])

export const pack = {
  name: raw.name,
  digest: 'fake',
  title: raw.title,
  document: { zh: raw.document.zh, en: raw.document.en },
  years: raw.years,
  subject: raw.subject,
  people: raw.people,
  category: raw.category,
  subcategory: raw.subcategory,
  registers: entries(readAll('registers'), register).sort((a, b) => place(a.name) - place(b.name)),
  dictionaries: Object.fromEntries(entries(read('dictionaries.yaml'), (name, of) => [name, { label: of.label, codes: entries(of.codes, (code, one) => ({ name: code, label: one.label })) }])),
  feeds: entries(readAll('feeds'), (name, of) => ({ name, label: of.label, note: of.note ?? null, parts: of.registers.filter((one) => one.mode !== 'match').map((one) => one.register) })),
  units: [
    ...entries(read('units.yaml'), (name, of) => ({ name, label: of.label, kind: of.kind })),
    ...raw.units.map((one) => ({ name: one.zh, label: { zh: one.zh, en: one.en }, kind: 'measure' })),
  ],
  clauses,
  roles: [
    { name: 'county', label: { zh: '县级管理员', en: 'County administrator' } },
    { name: 'department', label: { zh: '行业部门', en: 'Department' } },
    { name: 'township', label: { zh: '乡镇干部', en: 'Township cadre' } },
    { name: 'village', label: { zh: '村级信息员', en: 'Village officer' } },
  ],
}

export const rules = entries(readAll('rules'), (name, of) => ({
  name,
  label: of.label,
  kind: of.kind,
  level: of.level ?? 'low',
  register: of.register,
  formula: { zh: String(of.formula).trim(), en: String(of.formula).trim() },
  clause: list(of.clause).map(String),
  note: of.note ?? null,
  unit: of.unit ?? null,
}))

export const divisions = readFileSync(folder + 'divisions.csv', 'utf8')
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => line.split(','))
  .map(([code, name, level, parent]) => ({ code, name, level, parent: parent || null }))
