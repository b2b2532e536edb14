// Calls of the public page: no session, no cookie.

export interface Fault {
  field: string
  message: string
}

export class Refused extends Error {
  field: string
  status: number
  constructor(message: string, field: string, status: number) {
    super(message)
    this.field = field
    this.status = status
  }
}

/** Throws Refused with the server's sentence; an empty one means that there was no connection. */
export async function call<T>(method: string, path: string, language: string, body?: unknown): Promise<T> {
  let answer: Response
  try {
    answer = await fetch('/api/v1' + path, {
      method: method,
      credentials: 'omit',
      headers: { 'Accept-Language': language, 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
  } catch {
    throw new Refused('', '', 0)
  }
  const json = await answer.json().catch(() => null)
  if (answer.ok && json !== null) return json as T
  const error = json === null ? {} : (json as { error: { message?: string; field?: string } }).error
  throw new Refused(error.message || '', error.field || '', answer.status)
}
