// Every route the pages use, with its types; pages never spell a path themselves.
import { del, fileUrl, get, patch, post, put, request, search, type Query } from './client'
import type { Geo } from '@/composables/geo'
import type { Routes } from './served'
import type * as T from './types'

type Key = keyof Routes & string
/** The path of one of the server's routes: what its table does not have does not compile. */
function at<K extends Key>(route: K, ...names: keyof Routes[K]['path'] extends never ? [] : [{ [P in keyof Routes[K]['path']]: string | number }]): string {
  const given: Record<string, string | number> = names[0] ?? {}
  return route.slice(route.indexOf(' ') + 1).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given[name] ?? ''))
}

export const session = {
  read: () => get<T.Session>(at('GET /session')),
  login: (name: string, password: string) => post<T.Session>(at('POST /session'), { name, password }),
  logout: (everywhere = false) => del<void>(at('DELETE /session'), everywhere ? { everywhere: 1 } : undefined),
  password: (old: string, fresh: string) => post<T.Session>(at('POST /session/password'), { old, new: fresh }),
  preferences: () => get<T.Preferences>(at('GET /session/preferences')),
  keep: (preferences: T.Preferences) => put<unknown>(at('PUT /session/preferences'), preferences),
}
export const pack = {
  read: () => get<T.Pack>(at('GET /pack')),
  divisions: () => get<T.Division[]>(at('GET /divisions')),
  map: () => get<Geo>(at('GET /map')),
}
export const records = {
  list: (register: string, query: URLSearchParams, signal?: AbortSignal) => get<T.RecordPage>(at('GET /registers/{register}/records', { register }), query, signal),
  read: (register: string, id: number) => get<T.RecordDetail>(at('GET /registers/{register}/records/{id}', { register, id })),
  create: (register: string, values: T.Values) => post<T.Written>(at('POST /registers/{register}/records', { register }), { values }),
  edit: (register: string, id: number, version: number, values: T.Values) => patch<T.Written>(at('PATCH /registers/{register}/records/{id}', { register, id }), { version, values }),
  retire: (register: string, id: number, version: number, reason: string) =>
    post<{ record: T.RecordRow }>(at('POST /registers/{register}/records/{id}/retire', { register, id }), { version, reason }),
  restore: (register: string, id: number, version: number, reason: string) =>
    post<{ record: T.RecordRow }>(at('POST /registers/{register}/records/{id}/restore', { register, id }), { version, reason }),
  history: (register: string, id: number, after?: string) => get<T.HistoryPage>(at('GET /registers/{register}/records/{id}/history', { register, id }), { after }),
  unmask: (register: string, id: number, field: string) => post<{ value: T.Value }>(at('POST /registers/{register}/records/{id}/unmask', { register, id }), { field }),
  options: (register: string, q: string, signal?: AbortSignal) =>
    get<T.Option[]>(at('GET /registers/{register}/options', { register }), { q, limit: 20 }, signal),
  check: (register: string, values: T.Values, id?: number) =>
    post<{ faults: T.Fault[]; figures: T.RecordFigure[] }>(at('POST /registers/{register}/check', { register }), id === undefined ? { values } : { id, values }),
  export: (register: string, filter: Record<string, string | string[]>, format: 'xlsx' | 'csv') =>
    post<T.Job>(at('POST /registers/{register}/export', { register }), { filter, format }),
  search: (q: string, signal?: AbortSignal) => get<T.SearchHit[]>(at('GET /search'), { q }, signal),
}
export const imports = {
  upload: (feed: string, file: File) => request<T.Job>('POST', at('POST /imports'), { query: { feed, filename: file.name }, raw: file }),
  read: (id: number | string) => get<T.Import>(at('GET /imports/{id}', { id })),
  apply: (id: number) => post<T.Job>(at('POST /imports/{id}/apply', { id })),
  drop: (id: number) => del<void>(at('DELETE /imports/{id}', { id })),
}
export const jobs = {
  mine: () => get<T.Job[]>(at('GET /jobs')),
  cancel: (id: number) => del<unknown>(at('DELETE /jobs/{id}', { id })),
}
export const household = (id: number, as_of?: string) => get<T.Household>(at('GET /households/{id}', { id }), { as_of })
export const monitoring = {
  rules: () => get<T.Rule[]>(at('GET /rules')),
  screenings: () => get<T.Screening[]>(at('GET /screenings')),
  screen: (as_of: string) => post<T.Job>(at('POST /screenings'), { as_of }),
  findings: (rule: string, query: Query, signal?: AbortSignal) => get<T.FindingPage>(at('GET /rules/{rule}/findings', { rule }), query, signal),
  divisions: (rule: string, query: Query) => get<T.RuleDivision[]>(at('GET /rules/{rule}/divisions', { rule }), query),
  missing: (rule: string, query: Query) => get<T.MissingFact[]>(at('GET /rules/{rule}/missing', { rule }), query),
  explain: (query: Query) => get<T.Explanation>(at('GET /explain'), query),
  words: (query: Query) => get<T.FormulaWords>(at('GET /formulas/words'), query),
  formula: (register: string, formula: string) => post<T.FormulaCheck>(at('POST /formulas/check'), { register, formula }),
}
export const casework = {
  workflows: () => get<T.Workflow[]>(at('GET /workflows')),
  counts: () => get<T.CaseCount[]>(at('GET /cases/counts')),
  states: (query: Query) => get<T.CaseStateCount[]>(at('GET /cases/states'), query),
  calendar: (from: string, days: number) => get<{ date: string; count: number }[]>(at('GET /cases/calendar'), { from, days }),
  list: (query: Query, signal?: AbortSignal) => get<T.CasePage>(at('GET /cases'), query, signal),
  read: (workflow: string, id: number) => get<T.CaseDetail>(at('GET /workflows/{workflow}/cases/{id}', { workflow, id })),
  known: (workflow: string, id: number, number: number) => get<T.CaseKnown>(at('GET /workflows/{workflow}/cases/{id}/steps/{number}/known', { workflow, id, number })),
  candidates: (workflow: string, id: number, transition: string) => get<T.CaseCandidate[]>(at('GET /workflows/{workflow}/cases/{id}/candidates', { workflow, id }), { transition }),
  open: (workflow: string, opening: { values: T.Values; comment?: string; assignee?: string }) => post<T.CaseDone>(at('POST /workflows/{workflow}/cases', { workflow }), opening),
  act: (workflow: string, id: number, act: { transition: string; version: number; values?: T.Values; comment?: string; assignee?: string; refuse?: boolean }) =>
    post<T.CaseDone>(at('POST /workflows/{workflow}/cases/{id}/transitions', { workflow, id }), act),
  batch: (workflow: string, act: { transition: string; cases: { id: number; version: number }[]; comment?: string; assignee?: string }) =>
    post<{ results: T.CaseBatchResult[]; done: number }>(at('POST /workflows/{workflow}/batch', { workflow }), act),
  figures: (workflow: string, query: Query) => get<T.ProcessFigures>(at('GET /workflows/{workflow}/figures', { workflow }), query),
  figureCases: (workflow: string, query: Query) => get<T.ProcessCases>(at('GET /workflows/{workflow}/figures/cases', { workflow }), query),
  answer: (workflow: string, id: number, proposal: number, accept: boolean, comment: string) =>
    post<T.CaseDetail>(at('POST /workflows/{workflow}/cases/{id}/proposals/{proposal}', { workflow, id, proposal }), { accept, ...(comment ? { comment } : {}) }),
}
export const attachments = {
  list: (register: string, id: number) => get<T.AttachmentList>(at('GET /registers/{register}/records/{id}/attachments', { register, id })),
  add: (register: string, id: number, kind: string, file: File, keepPlace = false) =>
    request<T.AttachmentAdded>('POST', at('POST /registers/{register}/records/{id}/attachments', { register, id }), { query: { kind, filename: file.name, ...(keepPlace ? { keep_metadata: '1' } : {}) }, raw: file }),
  retire: (register: string, id: number, attachment: number, reason: string) =>
    post<void>(at('POST /registers/{register}/records/{id}/attachments/{attachment}/retire', { register, id, attachment }), { reason }),
  address: (register: string, id: number, attachment: number) => fileUrl(at('GET /registers/{register}/records/{id}/attachments/{attachment}', { register, id, attachment })),
}
export const declarations = {
  /** Sheets to hang up, with the code to scan: a page a village. */
  sheets: (division: string) => fileUrl(`${at('GET /declare/sheets')}?division=${encodeURIComponent(division)}`),
}
export const catalogues = {
  all: () => get<T.Catalogue[]>(at('GET /catalogues')),
  proposals: (catalogue: string, query: Query) => get<T.Proposals>(at('GET /catalogues/{catalogue}/proposals', { catalogue }), query),
}
type Month = { year?: number; month?: number }
export const bulletins = {
  kinds: () => get<T.Bulletins>(at('GET /bulletins')),
  read: (bulletin: string, query: Month & { division?: string }, signal?: AbortSignal) => get<T.Bulletin>(at('GET /bulletins/{bulletin}', { bulletin }), query, signal),
  export: (bulletin: string, order: Month & { division?: string; format: 'docx' | 'xlsx' }) => post<T.Job>(at('POST /bulletins/{bulletin}/export', { bulletin }), order),
  ofHousehold: (id: number, bulletin: string, query: Month, signal?: AbortSignal) =>
    get<T.Bulletin>(at('GET /households/{id}/bulletins/{bulletin}', { id, bulletin }), query, signal),
  exportHousehold: (id: number, bulletin: string, order: Month & { format: 'docx' | 'xlsx' }) =>
    post<T.Job>(at('POST /households/{id}/bulletins/{bulletin}/export', { id, bulletin }), order),
}
export const first = {
  workbench: () => get<T.Workbench>(at('GET /workbench')),
}
export const progress = {
  indicators: (query: Query, signal?: AbortSignal) => get<T.Indicators>(at('GET /progress/indicators'), query, signal),
  indicator: (indicator: string, query: Query, signal?: AbortSignal) => get<T.IndicatorPage>(at('GET /progress/indicators/{indicator}', { indicator }), query, signal),
  places: (indicator: string, query: Query, signal?: AbortSignal) => get<T.IndicatorPlace[]>(at('GET /progress/indicators/{indicator}/divisions', { indicator }), query, signal),
  records: (indicator: string, query: Query, signal?: AbortSignal) => get<T.IndicatorRecords>(at('GET /progress/indicators/{indicator}/records', { indicator }), query, signal),
  tasks: (query: Query, signal?: AbortSignal) => get<T.Tasks>(at('GET /progress/tasks'), query, signal),
  units: (query: Query, signal?: AbortSignal) => get<T.Units>(at('GET /progress/units'), query, signal),
  leader: (query: Query, signal?: AbortSignal) => get<T.LeaderPage>(at('GET /progress/leader'), query, signal),
  unit: (unit: string, query: Query, signal?: AbortSignal) => get<T.UnitPage>(at('GET /progress/units/{unit}', { unit }), query, signal),
}
export const whatif = {
  choices: (as_of: string | undefined) => get<T.WhatifChoices>(at('GET /whatif/choices'), { as_of }),
  ask: (question: T.WhatifQuestion) => post<T.WhatifAnswer>(at('POST /whatif'), question),
  notes: () => get<T.WhatifNote[]>(at('GET /whatif/notes')),
  note: (id: number) => get<T.WhatifNote>(at('GET /whatif/notes/{id}', { id })),
  save: (title: string, note: string, question: T.WhatifQuestion) => post<T.WhatifNote>(at('POST /whatif/notes'), { title, note, question }),
  drop: (id: number) => del<void>(at('DELETE /whatif/notes/{id}', { id })),
}
export const attribution = {
  page: (query: Query) => get<T.Attribution>(at('GET /progress/attribution'), query),
  families: (query: Query) => get<T.AttributionRecords>(at('GET /progress/attribution/records'), query),
  ties: (cause: string, query: Query) => get<T.AttributionTies>(at('GET /progress/attribution/causes/{cause}', { cause }), query),
  tied: (cause: string, query: Query) => get<T.TiedHouseholds>(at('GET /progress/attribution/causes/{cause}/records', { cause }), query),
  sheet: (cause: string, query: Query) => fileUrl(at('GET /progress/attribution/causes/{cause}/sheet.xlsx', { cause }) + search(query)),
  /** Of one family, or of all that one sees. */
  rows: (cause: string, household: number | null, query: Query) =>
    get<T.TiedRows>(household === null ? at('GET /progress/attribution/causes/{cause}/rows', { cause }) : at('GET /households/{id}/attribution/causes/{cause}/rows', { id: household, cause }), query),
  family: (id: number, query: Query) => get<T.FamilyAttribution>(at('GET /households/{id}/attribution', { id }), query),
  familyCauses: (id: number, query: Query) => get<T.FamilyCauses>(at('GET /households/{id}/attribution/causes', { id }), query),
}
export const assessments = {
  all: () => get<T.AssessmentScheme[]>(at('GET /assessments')),
  adopt: (scheme: string, year: number) => post<T.AssessmentScheme>(at('POST /assessments/{scheme}/adopt', { scheme }), { year }),
  try: (scheme: string, order: { part: string; year: number; month: number; points: { criterion: string; points: string }[] }) =>
    post<T.AssessmentTried[]>(at('POST /assessments/{scheme}/try', { scheme }), order),
  make: (scheme: string, order: { part: string; year: number; month: number }) => post<T.AssessmentTable>(at('POST /assessments/{scheme}/runs', { scheme }), order),
  run: (id: number) => get<T.AssessmentTable>(at('GET /assessments/runs/{id}', { id })),
  publish: (id: number) => request<T.AssessmentTable>('POST', at('POST /assessments/runs/{id}/publish', { id })),
  close: (id: number) => request<T.AssessmentTable>('POST', at('POST /assessments/runs/{id}/close', { id })),
  drop: (id: number) => request<T.AssessmentTable>('POST', at('POST /assessments/runs/{id}/drop', { id })),
  year: (scheme: string, year: number) => get<T.AssessmentYearResult>(at('GET /assessments/{scheme}/years/{year}', { scheme, year })),
  followUpYear: (scheme: string, year: number) => request<T.AssessmentFollowUps>('POST', at('POST /assessments/{scheme}/years/{year}/follow_ups', { scheme, year })),
  object: (id: number, order: { scored: string; criterion: string; claim: string }) =>
    post<T.AssessmentObjected>(at('POST /assessments/runs/{id}/objections', { id }), order),
  records: (id: number, scored: string, criterion: string, list: string, indicator?: string) =>
    get<T.AssessmentRecords>(at('GET /assessments/runs/{id}/scores/{scored}/{criterion}/records', { id, scored, criterion }), { list, indicator }),
}
export const dispatch = {
  round: (query: Query) => get<T.DispatchRound>(at('GET /dispatch'), query),
  open: (month: string) => post<{ due: number; opened: number }>(at('POST /dispatch'), { month }),
  computed: (query: Query) => get<T.Indicators>(at('GET /progress/indicators'), query),
  dispute: (indicator: string, dispute: { year: number; month: number; division?: string; claim: string; evidence?: string }) =>
    post<{ workflow: string; id: number }>(at('POST /progress/indicators/{indicator}/disputes', { indicator }), dispute),
}
export const parameters = {
  all: (as_of?: string, signal?: AbortSignal) => get<T.Parameters>(at('GET /parameters'), { as_of }, signal),
  propose: (parameter: string, change: { value: string; from: string; reason: string }) =>
    post<{ workflow: string; id: number }>(at('POST /parameters/{parameter}/changes', { parameter }), change),
}
export type UserInput = Required<T.UserNew>
export const admin = {
  users: (query: Query) => get<T.UserPage>(at('GET /users'), query),
  create: (user: UserInput) => post<{ user: T.User; password: string }>(at('POST /users'), user),
  edit: (id: number, version: number, user: Partial<UserInput>) => patch<T.User>(at('PATCH /users/{id}', { id }), { version, ...user }),
  reset: (id: number) => post<{ password: string }>(at('POST /users/{id}/password', { id })),
  retire: (id: number) => post<unknown>(at('POST /users/{id}/retire', { id })),
  unlock: (id: number) => post<unknown>(at('POST /users/{id}/unlock', { id })),
  logout: (id: number) => del<void>(at('DELETE /users/{id}/sessions', { id })),
  audit: (query: Query) => get<T.AuditPage>(at('GET /audit'), query),
  verify: (head: string) => post<T.Job<T.Checked>>(at('POST /audit/verify'), head ? { head } : {}),
  tokens: () => get<T.Token[]>(at('GET /tokens')),
  makeToken: (name: string) => post<T.Token & { secret: string }>(at('POST /tokens'), { name }),
  dropToken: (id: number) => del<void>(at('DELETE /tokens/{id}', { id })),
}
