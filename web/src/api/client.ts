// The one way to the server: language, CSRF token, one error shape, waiting when told to, and logging in again without
// losing what the person was doing.
import type { ErrorBody, Fault, Language } from './types'

export const BASE = '/api/v1'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    /** What came beside the error, such as the present record of a conflict. */
    readonly rest: Record<string, unknown> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(body.message)
  }
  get code() {
    return this.body.code
  }
  get faults(): Fault[] {
    if (this.body.faults) return this.body.faults
    return this.body.field ? [{ field: this.body.field, message: this.body.message }] : []
  }
}

export type Query = Record<string, string | number | boolean | null | undefined | string[]>
export interface RequestOptions {
  query?: Query | URLSearchParams
  body?: unknown
  /** Sent as it is, such as a file. */
  raw?: Blob
  signal?: AbortSignal
  onUpload?: (done: number, total: number) => void
}

interface Surroundings {
  csrf: () => string
  language: () => Language
  /** Asks the person to log in again; true when they did. */
  renew: () => Promise<boolean>
  passwordChange: () => void
  offlineMessage: () => string
}
let around: Surroundings = {
  csrf: () => '',
  language: () => 'zh',
  renew: () => Promise.resolve(false),
  passwordChange: () => undefined,
  offlineMessage: () => '',
}
export function configure(surroundings: Surroundings) {
  around = surroundings
}

export function search(query?: Query | URLSearchParams): string {
  if (!query) return ''
  if (query instanceof URLSearchParams) return query.size > 0 ? `?${query}` : ''
  const out = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    if (Array.isArray(value)) value.forEach((one) => out.append(name, one))
    else out.append(name, String(value))
  }
  return out.size > 0 ? `?${out}` : ''
}

const LONGEST_WAIT = 5
const ATTEMPTS = 3
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

async function failure(response: Response): Promise<ApiError> {
  const wait = Number(response.headers.get('Retry-After'))
  const text = await response.text()
  let parsed: Record<string, unknown> = {}
  try {
    parsed = JSON.parse(text) as Record<string, unknown>
  } catch {
    // A proxy in between may answer with a page of its own.
  }
  const { error, ...rest } = parsed as { error?: ErrorBody }
  const body = error ?? { code: 'internal' as const, message: `HTTP ${response.status} ${response.statusText}` }
  return new ApiError(response.status, body, rest, Number.isFinite(wait) && wait > 0 ? wait : null)
}

async function once(method: string, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': around.language() }
  if (method !== 'GET') headers['X-CSRF-Token'] = around.csrf()
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.raw) headers['Content-Type'] = 'application/octet-stream'
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (options.raw) init.body = options.raw
  else if (options.body !== undefined) init.body = JSON.stringify(options.body)
  if (options.signal) init.signal = options.signal
  try {
    return await fetch(BASE + path + search(options.query), init)
  } catch (problem) {
    if (options.signal?.aborted) throw problem
    throw new ApiError(0, { code: 'busy', message: around.offlineMessage() })
  }
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const response = await once(method, path, options)
    if (response.ok) {
      if (response.status === 204) return undefined as T
      return (await response.json()) as T
    }
    const problem = await failure(response)
    if (problem.code === 'password_change') around.passwordChange()
    if (problem.status === 401 && path !== '/session' && attempt < ATTEMPTS && (await around.renew())) continue
    // A busy server did not do what was asked, so that asking again is safe; a long wait is the person's to decide.
    const wait = problem.retryAfter
    if (problem.status === 503 && wait !== null && wait <= LONGEST_WAIT && attempt < ATTEMPTS) {
      await pause(wait)
      continue
    }
    throw problem
  }
}

export const get = <T>(path: string, query?: RequestOptions['query'], signal?: AbortSignal) =>
  request<T>('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) })
export const post = <T>(path: string, body: unknown = {}, query?: Query) => request<T>('POST', path, { body, ...(query ? { query } : {}) })
export const put = <T>(path: string, body: unknown) => request<T>('PUT', path, { body })
export const patch = <T>(path: string, body: unknown) => request<T>('PATCH', path, { body })
export const del = <T>(path: string, query?: Query) => request<T>('DELETE', path, query ? { query } : {})

/** Address of a file to be downloaded by the browser itself. */
export const fileUrl = (path: string) => BASE + path
