// What the HTTP interface takes and gives (docs/api.md), name for name.

export type Language = 'zh' | 'en'
export interface Label {
  zh: string
  en: string
}

// ── values
export interface Reference {
  id: number
  key: string
  name: string
}
export interface Masked {
  masked: string
}
/** A value as it travels; money and decimals are text, so that no amount ever becomes a floating-point number. */
export type Value = boolean | number | string | string[] | Reference | Masked | null
export type Values = Record<string, Value>

// ── errors
export type ErrorCode =
  | 'input'
  | 'unauthenticated'
  | 'forbidden'
  | 'password_change'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'too_many'
  | 'busy'
  | 'internal'
export interface Fault {
  field: string
  message: string
}
export interface ErrorBody {
  code: ErrorCode
  message: string
  field?: string
  faults?: Fault[]
  line?: number
  column?: number
  request?: string
}

// ── session
export type Action = 'read' | 'create' | 'edit' | 'retire' | 'export'
export interface Session {
  user: {
    id: number
    name: string
    display_name: string
    role: { name: string; label: Label }
    divisions: { code: string; name: string }[]
    unit: { name: string; label: Label } | null
  }
  csrf: string
  must_change_password: boolean
  demonstration: boolean
  rights: { registers: Record<string, Action[]>; unmask: string[]; can: string[] }
}
export type Preferences = Record<string, unknown>

// ── pack
export type FieldType = 'bool' | 'int' | 'decimal' | 'money' | 'ratio' | 'date' | 'month' | 'code' | 'codes' | 'text' | 'reference'
export interface Field {
  name: string
  label: Label
  type: FieldType
  unit?: string | null
  dictionary?: string | null
  register?: string | null
  required?: boolean
  min?: number | string | null
  max?: number | string | null
  format?: string | null
  sensitive?: string | null
  note?: string | null
  clause?: string[]
}
export interface Register {
  name: string
  label: Label
  clause: string[]
  parent: string | null
  parent_field: string | null
  name_field: string | null
  key: string[]
  fields: Field[]
}
export interface Dictionary {
  label: Label
  codes: { name: string; label: Label }[]
}
export interface Feed {
  name: string
  label: Label
  note?: string | null
  parts: string[]
}
export interface Clause {
  id: string
  title: Label
  text: string
  parent: string | null
  lead: string[]
  responsible: string[]
}
export interface Role {
  name: string
  label: Label
}
export interface Unit {
  name: string
  label: Label
  kind: string
}
export interface Pack {
  name: string
  digest: string
  title: Label
  document: Label
  years: [number, number]
  subject: string
  people: string | null
  category: string | null
  subcategory: string | null
  registers: Register[]
  dictionaries: Record<string, Dictionary>
  feeds: Feed[]
  units: Unit[]
  clauses: Clause[]
  roles: Role[]
}
export type DivisionLevel = 'county' | 'township' | 'village'
export interface Division {
  code: string
  name: string
  level: DivisionLevel
  parent: string | null
}

// ── records
export interface Place {
  township: string | null
  village: string | null
}
export interface RecordRow {
  id: number
  version: number
  key: string
  name: string
  values: Values
}
export interface RecordDetail extends RecordRow {
  place: Place
  rights: Action[]
  retired: null | { at: string; reason: string }
}
export interface RecordPage {
  records: RecordRow[]
  next: string | null
  total?: number
}
export interface Effects {
  raised: { rule: string; label: Label; sentence: string }[]
  cleared: { rule: string; label: Label }[]
  undetermined: { rule: string; label: Label }[]
}
export interface Written {
  record: RecordRow
  effects: Effects
}
export interface Conflict {
  error: ErrorBody
  current: RecordRow
}
export interface FieldChange {
  field: string
  before: Value
  after: Value
}
export interface HistoryEntry {
  entry: number
  at: string
  actor: string
  action: string
  source: string | null
  fields: FieldChange[]
}
export interface HistoryPage {
  entries: HistoryEntry[]
  next: string | null
}
export interface Option {
  id: number
  key: string
  name: string
  place: Place | null
}
export interface SearchHit {
  register: string
  id: number
  key: string
  name: string
  place: Place | null
  by: 'name' | 'number' | 'pinyin' | 'identity' | 'phone'
  subject: Reference | null
}

// ── jobs and files
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'
export interface Job<Result = unknown> {
  id: number
  kind: string
  state: JobState
  done: number
  total: number
  phase: string
  result: Result | null
  error: string | null
  file: string | null
  created?: string
}
export interface ImportReport {
  rows: number
  rejected: number
  applied: boolean
  parts: { register: string; new: number; changed: number; unchanged: number; rejected: number }[]
  reasons?: { field: string; count: number; rows: string; reason: string }[]
  warnings?: { field: string; warning: string; count: number; rows: string }[]
  columns?: { heading: string; field: string }[]
  unused_columns?: { heading: string; why: string }[]
  differences?: { row: number; record: string; field: string; before: string; after: string }[]
}
export type ImportState = 'reading' | 'ready' | 'applying' | 'applied' | 'failed' | 'dropped'
export interface Import {
  id: number
  feed: string
  filename: string
  state: ImportState
  report: ImportReport | null
}

// ── one household
export type Level = 'high' | 'medium' | 'low'
export interface Warning {
  rule: string
  label: Label
  level: Level
  kind: string
  clause: string[]
  state: 'hit' | 'undetermined'
  since: string | null
  sentence: string
  missing: string[]
}
export interface Definition {
  name: string
  label: Label
  type: FieldType
  unit: string | null
  dictionary: string | null
  value: Value
}
export interface LedgerYear {
  year: number
  kinds: Record<string, string | null>
  total: string | null
  per_capita: string | null
}
export interface LedgerMonth {
  month: string
  kinds: Record<string, string | null>
}
export interface Household {
  record: RecordRow
  place: Place
  as_of: string
  members: RecordRow[]
  ledger: { years: LedgerYear[]; months: LedgerMonth[] }
  children: Record<string, { records: RecordRow[]; total: number }>
  warnings: Warning[]
  definitions: Definition[]
  history: HistoryEntry[]
}

// ── monitoring
export interface RuleFigures {
  run: number
  as_of: string
  records: number
  hits: number
  undetermined: number
  fresh: number
  cleared: number
}
export interface Rule {
  name: string
  label: Label
  kind: string
  level: Level
  register: string
  formula: Label
  clause: string[]
  note: string | null
  unit: string | null
  last: RuleFigures | null
}
export interface Screening {
  run: number
  as_of: string
  at: string
  actor: string
  rules: number
}
export type FindingState = 'hit' | 'undetermined' | 'fresh' | 'cleared'
export interface FindingPage {
  run: number
  as_of: string
  records: Option[]
  next: string | null
  total: number
}
export interface RuleDivision {
  code: string
  name: string
  records: number
  hits: number
  undetermined: number
  fresh: number
  cleared: number
}
export interface MissingFact {
  register: string
  field: string | null
  label: string
  findings: number
  township: string | null
}
export interface Explanation {
  record: string
  state: 'hit' | 'miss' | 'undetermined'
  sentence: string
  missing: string[]
  tree: string
}
export interface FormulaCheck {
  type: string
  zh: string
  en: string
}

// ── first page
export interface WorkItem {
  kind: string
  title: string
  count: number
  level: Level
  link: { page: string; query: Record<string, string> }
}
export interface Workbench {
  items: WorkItem[]
  recent: { register: string; id: number; key: string; name: string; at: string }[]
}
export interface CategoryFigure {
  code: string
  label: Label
  subjects: number
  people: number
}
export interface DivisionFigure {
  code: string
  name: string
  subjects: number
  people: number
  hits: number
  undetermined: number
  per_capita: string | null
  growth: number | null
}
export interface Dashboard {
  as_of: string
  run: number | null
  categories: CategoryFigure[]
  subcategories: CategoryFigure[]
  wheels: { code: string; label: Label; this_year: string | null; last_year: string | null }[]
  per_capita: { this_year: string | null; last_year: string | null }
  rules: { name: string; label: Label; level: Level; hits: number; fresh: number }[]
  divisions: DivisionFigure[]
}

// ── administration
export interface User {
  id: number
  version: number
  name: string
  display_name: string
  role: string
  divisions: string[]
  unit: string | null
  subjects: number[]
  state: 'active' | 'retired'
  locked: boolean
}
export interface UserPage {
  users: User[]
  next: string | null
}
export interface Token {
  id: number
  name: string
  created: string
  last_used: string | null
}
export interface AuditEntry {
  entry: number
  at: string
  actor: string
  action: string
  detail: string
  changes: FieldChange[]
}
export interface AuditPage {
  entries: AuditEntry[]
  next: string | null
  verified: boolean
}
