// The least of an HTTP server: routes by pattern, JSON in and out, the error shape, static files.
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const STATUS = { input: 400, unauthenticated: 401, forbidden: 403, password_change: 403, not_found: 404, conflict: 409, too_many: 429, busy: 503 }
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
export const POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

export class Refusal extends Error {
  constructor(code, message, rest = {}, beside = {}, headers = {}) {
    super(message)
    Object.assign(this, { code, rest, beside, headers })
  }
}
export const notFound = () => new Refusal('not_found', '没有这条记录。')

const routes = []
/** The handler gets {params, query, body, raw, session, english} and returns what is sent; {status, json} for more than 200. */
export function route(method, pattern, handle, options = {}) {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map((one) => one[1])
  routes.push({ method, names, match: new RegExp(`^${pattern.replace(/\{\w+\}/g, '([^/]+)').replace(/\./g, '\\.')}$`), handle, ...options })
}

async function bodyOf(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}
function send(response, status, value, headers = {}) {
  const text = value === undefined ? '' : JSON.stringify(value, (key, one) => (key === 'full' ? undefined : one))
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers })
  response.end(text)
}
async function answer(request, response, url, sessionOf) {
  const path = decodeURIComponent(url.pathname.slice('/api/v1'.length))
  const found = routes.find((one) => one.method === request.method && one.match.test(path))
  if (!found) throw new Refusal('not_found', '没有这个接口。')
  const params = Object.fromEntries(found.match.exec(path).slice(1).map((value, index) => [found.names[index], value]))
  const session = sessionOf(request)
  if (!found.open) {
    if (!session) throw new Refusal('unauthenticated', '请先登录。')
    if (request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) throw new Refusal('forbidden', '缺少 CSRF 令牌。')
    if (session.user.must_change_password && !path.startsWith('/session')) throw new Refusal('password_change', '请先修改密码。')
  }
  const raw = await bodyOf(request)
  const body = request.headers['content-type'] === 'application/json' && raw.length > 0 ? JSON.parse(raw.toString()) : {}
  const english = (request.headers['accept-language'] ?? '').startsWith('en')
  const out = await found.handle({ params, query: url.searchParams, body, raw, session, english, request, response })
  if (response.writableEnded || response.headersSent) return
  if (out && out.status) send(response, out.status, out.json, out.headers)
  else if (out === undefined) send(response, 204)
  else send(response, 200, out)
}
function file(response, folder, path) {
  let at = join(folder, normalize(path))
  if (!existsSync(at) || statSync(at).isDirectory()) {
    if (/\.\w+$/.test(path)) return send(response, 404, { error: { code: 'not_found', message: path } })
    at = join(folder, 'index.html')
  }
  response.writeHead(200, { 'Content-Type': TYPES[extname(at)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff' })
  createReadStream(at).pipe(response)
}
export function listen({ port, folder, sessionOf }) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost')
    if (!url.pathname.startsWith('/api/v1/')) return file(response, folder, decodeURIComponent(url.pathname))
    answer(request, response, url, sessionOf).catch((problem) => {
      if (!(problem instanceof Refusal)) console.error(request.method, request.url, problem)
      const code = problem instanceof Refusal ? problem.code : 'internal'
      send(response, STATUS[code] ?? 500, { error: { code, message: problem.message, ...problem.rest, request: 'fake' }, ...problem.beside }, problem.headers)
    })
  })
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
}
