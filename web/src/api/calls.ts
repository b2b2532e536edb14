// Every route the pages use, with its types; pages never spell a path themselves.
import { del, get, patch, post, put, request, type Query } from './client'
import type * as T from './types'

const at = (register: string, id?: number | string, what?: string) =>
  `/registers/${encodeURIComponent(register)}/records${id === undefined ? '' : `/${id}`}${what ? `/${what}` : ''}`

export const session = {
  read: () => get<T.Session>('/session'),
  login: (name: string, password: string) => post<T.Session>('/session', { name, password }),
  logout: (everywhere = false) => del<void>('/session', everywhere ? { everywhere: 1 } : undefined),
  password: (old: string, fresh: string) => post<T.Session>('/session/password', { old, new: fresh }),
  preferences: () => get<T.Preferences>('/session/preferences'),
  keep: (preferences: T.Preferences) => put<unknown>('/session/preferences', preferences),
}
export const pack = {
  read: () => get<T.Pack>('/pack'),
  divisions: () => get<T.Division[]>('/divisions'),
}
export const records = {
  list: (register: string, query: URLSearchParams, signal?: AbortSignal) => get<T.RecordPage>(at(register), query, signal),
  read: (register: string, id: number) => get<T.RecordDetail>(at(register, id)),
  create: (register: string, values: T.Values) => post<T.Written>(at(register), { values }),
  edit: (register: string, id: number, version: number, values: T.Values) => patch<T.Written>(at(register, id), { version, values }),
  retire: (register: string, id: number, version: number, reason: string) =>
    post<{ record: T.RecordRow }>(at(register, id, 'retire'), { version, reason }),
  history: (register: string, id: number, after?: string) => get<T.HistoryPage>(at(register, id, 'history'), { after }),
  unmask: (register: string, id: number, field: string) => post<{ value: T.Value }>(at(register, id, 'unmask'), { field }),
  options: (register: string, q: string, signal?: AbortSignal) =>
    get<T.Option[]>(`/registers/${encodeURIComponent(register)}/options`, { q, limit: 20 }, signal),
  check: (register: string, values: T.Values, id?: number) =>
    post<{ faults: T.Fault[] }>(`/registers/${encodeURIComponent(register)}/check`, id === undefined ? { values } : { id, values }),
  export: (register: string, filter: Record<string, string | string[]>, format: 'xlsx' | 'csv') =>
    post<T.Job>(`/registers/${encodeURIComponent(register)}/export`, { filter, format }),
  search: (q: string, signal?: AbortSignal) => get<T.SearchHit[]>('/search', { q }, signal),
}
export const imports = {
  upload: (feed: string, file: File) => request<T.Job>('POST', '/imports', { query: { feed, filename: file.name }, raw: file }),
  read: (id: number | string) => get<T.Import>(`/imports/${id}`),
  apply: (id: number) => post<T.Job>(`/imports/${id}/apply`),
  drop: (id: number) => del<void>(`/imports/${id}`),
}
export const jobs = {
  mine: () => get<T.Job[]>('/jobs'),
  cancel: (id: number) => del<unknown>(`/jobs/${id}`),
}
export const household = (id: number, as_of?: string) => get<T.Household>(`/households/${id}`, { as_of })
export const monitoring = {
  rules: () => get<T.Rule[]>('/rules'),
  screenings: () => get<T.Screening[]>('/screenings'),
  screen: (as_of: string) => post<T.Job>('/screenings', { as_of }),
  findings: (rule: string, query: Query, signal?: AbortSignal) => get<T.FindingPage>(`/rules/${encodeURIComponent(rule)}/findings`, query, signal),
  divisions: (rule: string, query: Query) => get<T.RuleDivision[]>(`/rules/${encodeURIComponent(rule)}/divisions`, query),
  missing: (rule: string, query: Query) => get<T.MissingFact[]>(`/rules/${encodeURIComponent(rule)}/missing`, query),
  explain: (query: Query) => get<T.Explanation>('/explain', query),
  formula: (register: string, formula: string) => post<T.FormulaCheck>('/formulas/check', { register, formula }),
}
export const first = {
  workbench: () => get<T.Workbench>('/workbench'),
  dashboard: (query: Query) => get<T.Dashboard>('/dashboard', query),
}
export type UserInput = Pick<T.User, 'name' | 'display_name' | 'role' | 'divisions' | 'unit' | 'subjects'>
export const admin = {
  users: (query: Query) => get<T.UserPage>('/users', query),
  create: (user: UserInput) => post<{ user: T.User; password: string }>('/users', user),
  edit: (id: number, version: number, user: Partial<UserInput>) => patch<T.User>(`/users/${id}`, { version, ...user }),
  reset: (id: number) => post<{ password: string }>(`/users/${id}/password`),
  retire: (id: number) => post<unknown>(`/users/${id}/retire`),
  unlock: (id: number) => post<unknown>(`/users/${id}/unlock`),
  logout: (id: number) => del<void>(`/users/${id}/sessions`),
  audit: (query: Query) => get<T.AuditPage>('/audit', query),
  tokens: () => get<T.Token[]>('/tokens'),
  makeToken: (name: string) => post<T.Token & { secret: string }>('/tokens', { name }),
  dropToken: (id: number) => del<void>(`/tokens/${id}`),
}
