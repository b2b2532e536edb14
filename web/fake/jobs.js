// Jobs that take a moment, imports, exports.
import { Refusal, notFound, route } from './http.js'
import { pack } from './pack.js'
import { filtered } from './records.js'

const STEPS = 5
const STEP = 120
const jobs = new Map()
const imports = new Map()
const shown = ({ owner: _owner, watchers: _watchers, ...job }) => job

export function startJob(session, kind, total, finish, file = null) {
  const job = { id: jobs.size + 1, kind, state: 'running', done: 0, total, phase: '处理', result: null, error: null, file: null, created: new Date().toISOString(), owner: session.user.id, watchers: new Set() }
  jobs.set(job.id, job)
  let step = 0
  const tick = () => {
    if (job.state === 'running') {
      step++
      job.done = Math.floor((total * step) / STEPS)
      if (step >= STEPS) Object.assign(job, { state: 'done', done: total, result: finish(), file })
    }
    for (const watcher of job.watchers) watcher()
    if (job.state === 'running') setTimeout(tick, STEP).unref()
  }
  setTimeout(tick, STEP).unref()
  return shown(job)
}
const jobOf = (id) => jobs.get(Number(id)) ?? (() => { throw notFound() })()

route('GET', '/jobs', ({ session }) => [...jobs.values()].filter((one) => one.owner === session.user.id).map(shown).reverse())
route('GET', '/jobs/{id}', ({ params }) => shown(jobOf(params.id)))
route('DELETE', '/jobs/{id}', ({ params }) => shown(Object.assign(jobOf(params.id), { state: 'cancelled' })))
route('GET', '/jobs/{id}/events', ({ params, response }) => {
  const job = jobOf(params.id)
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  const write = () => {
    response.write(`event: job\ndata: ${JSON.stringify(shown(job))}\n\n`)
    if (job.state !== 'running') response.end()
  }
  job.watchers.add(write)
  response.on('close', () => job.watchers.delete(write))
  write()
})
route('GET', '/jobs/{id}/file', ({ response }) => {
  response.writeHead(200, { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="export.csv"' })
  response.end('户编号,户主姓名\n')
})
route('POST', '/registers/{register}/export', ({ params, body, session }) => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(body.filter)) [value].flat().forEach((one) => query.append(name, one))
  return { status: 202, json: startJob(session, 'export', filtered(params.register, query).length, () => ({}), `export.${body.format}`) }
})

const report = (applied) => ({
  rows: 128,
  rejected: 3,
  applied,
  parts: [
    { register: '农户', new: 4, changed: 11, unchanged: 30, rejected: 2 },
    { register: '家庭成员', new: 9, changed: 6, unchanged: 110, rejected: 1 },
  ],
  reasons: [{ field: '户主证件号码', count: 2, rows: '17, 88', reason: '“43042119680512900”应为18位，写了17位' }, { field: '所属户', count: 1, rows: '93', reason: '“43042110122900029”在“农户”里没有，应写户编号' }],
  warnings: [{ field: '出生日期', warning: '文字写的日期', count: 5, rows: '5, 6, 7 …' }],
  columns: [{ heading: '户编码', field: '户编号' }, { heading: '户主', field: '户主姓名' }, { heading: '家庭人口', field: '当前家庭人口数' }],
  unused_columns: [{ heading: '备用1', why: '不认识' }],
  differences: [
    { row: 12, record: '43042110001300012（刘建平）', field: '当前家庭人口数', before: '4', after: '5' },
    { row: 19, record: '43042110001300031（何玉珍）', field: '监测对象类别', before: '未知', after: '边缘易致贫户' },
  ],
})
const importOf = (id) => imports.get(Number(id)) ?? (() => { throw notFound() })()
route('POST', '/imports', ({ query, raw, session }) => {
  if (!pack.feeds.some((one) => one.name === query.get('feed'))) throw new Refusal('input', '没有这种表。', { field: 'feed' })
  if (raw.length === 0) throw new Refusal('input', '文件是空的。')
  const one = { id: imports.size + 1, feed: query.get('feed'), filename: query.get('filename'), state: 'reading', report: null }
  imports.set(one.id, one)
  return { status: 202, json: startJob(session, 'import', 128, () => (Object.assign(one, { state: 'ready', report: report(false) }), { import: one.id })) }
})
route('GET', '/imports/{id}', ({ params }) => importOf(params.id))
route('POST', '/imports/{id}/apply', ({ params, session }) => {
  const one = importOf(params.id)
  one.state = 'applying'
  return { status: 202, json: startJob(session, 'apply', 30, () => (Object.assign(one, { state: 'applied', report: report(true) }), { import: one.id })) }
})
route('DELETE', '/imports/{id}', ({ params }) => void (importOf(params.id).state = 'dropped'))
for (const path of ['/imports/{id}/errors.xlsx', '/feeds/{feed}/template.xlsx'])
  route('GET', path, ({ response }) => {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Disposition': 'attachment; filename="file.xlsx"' })
    response.end('')
  })
