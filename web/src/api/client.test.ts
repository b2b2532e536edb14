import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiError, configure, get, patch, post, search } from './client'

const answers: Response[] = []
const asked: { url: string; init: RequestInit }[] = []
let csrf = 'first'
let renew = () => Promise.resolve(false)

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers })
const header = (index: number, name: string) => (asked[index]?.init.headers as Record<string, string>)[name]

beforeEach(() => {
  csrf = 'first'
  renew = () => Promise.resolve(false)
  configure({ csrf: () => csrf, language: () => 'en', renew: () => renew(), passwordChange: () => undefined, offlineMessage: () => 'offline' })
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push({ url, init })
    const answer = answers.shift()
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('network'))
  })
})
afterEach(() => {
  asked.length = answers.length = 0
  vi.unstubAllGlobals()
})

it('sends the language always and the token with what writes', async () => {
  answers.push(json(200, {}), json(200, {}))
  await get('/pack')
  await post('/screenings', { as_of: '2022-09-30' })
  expect(header(0, 'Accept-Language')).toBe('en')
  expect(header(0, 'X-CSRF-Token')).toBeUndefined()
  expect(header(1, 'X-CSRF-Token')).toBe('first')
})
it('asks for the password when the session has ended, and sends the same again with the new token', async () => {
  renew = () => {
    csrf = 'second'
    return Promise.resolve(true)
  }
  answers.push(json(401, { error: { code: 'unauthenticated', message: 'x' } }), json(200, { saved: true }))
  expect(await patch('/registers/household/records/1', { values: { a: '1' } })).toEqual({ saved: true })
  expect(header(1, 'X-CSRF-Token')).toBe('second')
  expect(asked[1]?.init.body).toBe(asked[0]?.init.body)
})
it('tells of a wrong password instead of asking again', async () => {
  renew = () => Promise.reject(new Error('must not be asked'))
  answers.push(json(401, { error: { code: 'unauthenticated', message: 'wrong' } }))
  await expect(post('/session', {})).rejects.toThrow('wrong')
})
it('hands over what stands beside a conflict, and the faults of fields', async () => {
  answers.push(json(409, { error: { code: 'conflict', message: 'stale' }, current: { id: 1 } }), json(400, { error: { code: 'input', message: 'm', field: 'amount' } }))
  const conflict = (await patch('/x', {}).catch((problem: unknown) => problem)) as ApiError
  expect([conflict.code, conflict.rest]).toEqual(['conflict', { current: { id: 1 } }])
  const input = (await patch('/x', {}).catch((problem: unknown) => problem)) as ApiError
  expect(input.faults).toEqual([{ field: 'amount', message: 'm' }])
})
it('waits a little for a busy server, and tells of a long wait', async () => {
  vi.useFakeTimers()
  answers.push(json(503, { error: { code: 'busy', message: 'busy' } }, { 'Retry-After': '1' }), json(200, { ok: true }))
  const first = get('/pack')
  await vi.advanceTimersByTimeAsync(1000)
  expect(await first).toEqual({ ok: true })
  vi.useRealTimers()
  answers.push(json(429, { error: { code: 'too_many', message: 'locked' } }, { 'Retry-After': '300' }))
  expect(((await post('/session').catch((problem: unknown) => problem)) as ApiError).retryAfter).toBe(300)
})
it('survives pages of proxies and a network that is gone', async () => {
  answers.push(new Response('<html>', { status: 502 }))
  expect(((await get('/x').catch((problem: unknown) => problem)) as ApiError).status).toBe(502)
  await expect(get('/x')).rejects.toThrow('offline')
})
it('writes a query without what is empty', () => {
  expect(search({ a: 1, b: '', c: null, d: ['x', 'y'] })).toBe('?a=1&d=x&d=y')
  expect(search({})).toBe('')
})
