// Sessions, users, tokens, the audit page.
import { randomUUID } from 'node:crypto'
import { notFound, Refusal, route } from './http.js'
import { divisions, pack } from './pack.js'

const PASSWORD = 'demonstration'
const sessions = new Map()
const users = new Map()
const tokens = new Map()
const preferences = new Map()

function addUser(user) {
  const made = { id: users.size + 1, version: 1, subjects: [], unit: null, state: 'active', locked: false, password: PASSWORD, must_change_password: false, ...user }
  users.set(made.id, made)
  return made
}
addUser({ name: 'admin', display_name: '何建国', role: 'county', divisions: ['430421'], unit: 'county_revitalisation' })
addUser({ name: 'village', display_name: '刘玉珍', role: 'village', divisions: [divisions.find((one) => one.level === 'village').code] })
addUser({ name: 'new', display_name: '陈明', role: 'township', divisions: ['430421100'], must_change_password: true })
addUser({ name: 'medical', display_name: '周敏', role: 'department', divisions: ['430421'], unit: 'county_medical_insurance', locked: true })
addUser({ name: 'gone', display_name: '吴志华', role: 'village', divisions: [], state: 'retired' })

const ACTIONS = ['read', 'create', 'edit', 'retire', 'export']
function sessionFor(user, csrf) {
  const all = user.role === 'county'
  return {
    user: {
      id: user.id,
      name: user.name,
      display_name: user.display_name,
      role: pack.roles.find((one) => one.name === user.role),
      divisions: user.divisions.map((code) => ({ code, name: divisions.find((one) => one.code === code)?.name ?? code })),
      unit: pack.units.find((one) => one.name === user.unit) ?? null,
      must_change_password: user.must_change_password,
    },
    csrf,
    must_change_password: user.must_change_password,
    demonstration: true,
    rights: {
      registers: Object.fromEntries(pack.registers.map((one) => [one.name, all ? ACTIONS : ['read', 'edit', 'create']])),
      unmask: all ? ['identity', 'phone', 'bank', 'health'] : [],
      can: all ? ['screen', 'import', 'users', 'audit', 'dashboard'] : ['import'],
    },
  }
}
const cookieOf = (request) => /zengshou_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
export function sessionOf(request) {
  const held = sessions.get(cookieOf(request))
  return held ? sessionFor(users.get(held.user), held.csrf) : null
}
const seen = ({ password: _password, must_change_password: _must, ...user }) => user
const userOf = (id) => users.get(Number(id)) ?? (() => { throw notFound() })()

route(
  'POST',
  '/session',
  ({ body, response }) => {
    const user = [...users.values()].find((one) => one.name === body.name && one.state === 'active')
    if (user?.locked) throw new Refusal('too_many', '多次输错密码，账户暂时锁定。', {}, {}, { 'Retry-After': '300' })
    if (!user || user.password !== body.password) throw new Refusal('unauthenticated', '用户名或密码不对。')
    const [key, csrf] = [randomUUID(), randomUUID()]
    sessions.set(key, { user: user.id, csrf })
    response.setHeader('Set-Cookie', `zengshou_session=${key}; HttpOnly; SameSite=Strict; Path=/`)
    return sessionFor(user, csrf)
  },
  { open: true },
)
route('GET', '/session', ({ session }) => session)
route('DELETE', '/session', ({ request, query, session }) => {
  if (query.get('everywhere')) for (const [key, held] of sessions) if (held.user === session.user.id) sessions.delete(key)
  sessions.delete(cookieOf(request))
})
route('POST', '/session/password', ({ body, session, request }) => {
  const user = userOf(session.user.id)
  if (user.password !== body.old) throw new Refusal('input', '现在的密码不对。', { field: 'old' })
  if (body.new.length < 10) throw new Refusal('input', '新密码至少 10 个字符。', { field: 'new' })
  Object.assign(user, { password: body.new, must_change_password: false })
  return sessionFor(user, sessions.get(cookieOf(request)).csrf)
})
route('GET', '/session/preferences', ({ session }) => preferences.get(session.user.id) ?? {})
route('PUT', '/session/preferences', ({ session, body }) => void preferences.set(session.user.id, body))
route('GET', '/pack', () => pack)
route('GET', '/divisions', () => divisions)

route('GET', '/users', ({ query }) => {
  const q = query.get('q') ?? ''
  return { users: [...users.values()].filter((one) => (query.get('retired') || one.state === 'active') && `${one.name}${one.display_name}`.includes(q)).map(seen), next: null }
})
route('POST', '/users', ({ body }) => {
  const faults = [['name', '用户名'], ['display_name', '姓名'], ['role', '角色']].filter(([field]) => !body[field]).map(([field, label]) => ({ field, message: `“${label}”必须填写。` }))
  if (faults.length) throw new Refusal('input', '有内容没有填写。', { faults })
  return { status: 201, json: { user: seen(addUser({ ...body, must_change_password: true })), password: PASSWORD } }
})
route('PATCH', '/users/{id}', ({ params, body }) => {
  const user = userOf(params.id)
  if (body.version !== user.version) throw new Refusal('conflict', '这个用户刚被别人修改过。')
  return seen(Object.assign(user, body, { version: user.version + 1 }))
})
route('POST', '/users/{id}/password', ({ params }) => (userOf(params.id), { password: 'Kt7-mango-river-42' }))
route('POST', '/users/{id}/retire', ({ params }) => seen(Object.assign(userOf(params.id), { state: 'retired' })))
route('POST', '/users/{id}/unlock', ({ params }) => seen(Object.assign(userOf(params.id), { locked: false })))
route('DELETE', '/users/{id}/sessions', ({ params }) => {
  for (const [key, held] of sessions) if (held.user === userOf(params.id).id) sessions.delete(key)
})
route('GET', '/tokens', () => [...tokens.values()])
route('POST', '/tokens', ({ body }) => {
  const made = { id: tokens.size + 1, name: body.name, created: new Date().toISOString(), last_used: null }
  tokens.set(made.id, made)
  return { status: 201, json: { ...made, secret: randomUUID() } }
})
route('DELETE', '/tokens/{id}', ({ params }) => void tokens.delete(Number(params.id)))

const AUDIT = Array.from({ length: 130 }, (_one, index) => ({
  entry: 130 - index,
  at: new Date(Date.UTC(2022, 8, 30, 9, 0) - index * 1000 * 60 * 37).toISOString(),
  actor: ['何建国', '刘玉珍', '周敏'][index % 3],
  action: ['edit', 'unmask', 'login', 'export', 'import', 'login_failed'][index % 6],
  detail: ['农户 43042110001300012（刘建平）', '家庭成员 430421100013000120 证件号码', '10.2.3.4', '农户 300 条', '脱贫户信息.xlsx', '10.2.3.9'][index % 6],
  changes: index % 6 === 0 ? [{ field: 'members_now', before: 4, after: 5 }] : [],
}))
route('GET', '/audit', ({ query }) => {
  const list = AUDIT.filter((one) => (!query.get('actor') || one.actor.includes(query.get('actor'))) && (!query.get('action') || one.action === query.get('action')))
  const from = Number(query.get('after') ?? 0)
  const limit = Number(query.get('limit') ?? 50)
  return { entries: list.slice(from, from + limit), next: from + limit < list.length ? String(from + limit) : null, verified: true }
})
route('GET', '/health', () => ({ status: 'ok' }), { open: true })
