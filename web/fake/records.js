// Registers: lists with filters and cursors, writing with versions, history.
import { add, findings, initial, of, reference } from './county.js'
import { notFound, Refusal, route } from './http.js'
import { pack, rules } from './pack.js'

const plain = (record, fields) => ({
  id: record.id,
  version: record.version,
  key: record.key,
  name: record.name,
  values: fields ? Object.fromEntries(fields.map((one) => [one, record.values[one] ?? null])) : record.values,
})
export { plain }
const table = (name) => of(name) ?? (() => { throw notFound() })()
const record = (name, id) => table(name).rows.get(Number(id)) ?? (() => { throw notFound() })()
const placeOf = (one) => ({ township: one.place?.township ?? null, village: one.place?.village ?? null })
const comparable = (value) => (value === null || value === undefined ? null : typeof value === 'object' ? (value.name ?? value.masked ?? value[0]) : value)
const compare = (a, b) => {
  const [x, y] = [Number(a), Number(b)]
  return Number.isFinite(x) && Number.isFinite(y) ? x - y : String(a).localeCompare(String(b))
}

function passes(one, field, part, wanted) {
  const value = one.values[field] ?? null
  if (part === 'empty') return (value === null) === (wanted[0] === '1')
  if (value === null) return false
  const at = comparable(value)
  if (part === 'from') return compare(at, wanted[0]) >= 0
  if (part === 'to') return compare(at, wanted[0]) <= 0
  if (part === 'like') return String(at).includes(wanted[0])
  return wanted.some((text) => (Array.isArray(value) ? value.includes(text) : String(at) === text || value.full === text || value.key === text))
}
export function filtered(name, query) {
  const { schema, rows } = table(name)
  let out = [...rows.values()].filter((one) => query.get('retired') === '1' || !one.retired)
  for (const key of new Set(query.keys())) {
    const [, field, part] = /^f\.(\w+)(?:\.(\w+))?$/.exec(key) ?? []
    if (!field) continue
    if (!schema.fields.some((one) => one.name === field)) throw new Refusal('input', `没有字段“${field}”。`, { field })
    out = out.filter((one) => passes(one, field, part, query.getAll(key)))
  }
  const division = query.get('division')
  if (division) out = out.filter((one) => one.place?.code?.startsWith(division))
  const q = query.get('q')
  if (q) out = out.filter((one) => one.name.startsWith(q) || one.key.startsWith(q))
  if (query.get('parent')) out = out.filter((one) => one.values[schema.parent_field]?.id === Number(query.get('parent')))
  if (query.get('where')) checkFormula(query.get('where'))
  const sort = query.get('sort') ?? ''
  const [field, sign] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1]
  if (field) out.sort((a, b) => sign * compare(comparable(a.values[field]) ?? '', comparable(b.values[field]) ?? ''))
  return out
}
export function checkFormula(text) {
  const wrong = /[！？；]|增苏/.exec(text)
  if (!wrong) return
  const before = text.slice(0, wrong.index)
  const line = before.split('\n').length
  throw new Refusal('input', `不认识“${wrong[0]}”。`, { line, column: [...before.split('\n').at(-1)].length + 1 })
}
export function page(list, query) {
  const limit = Math.min(500, Number(query.get('limit') ?? 50))
  const from = Number(query.get('after') ?? 0)
  return { rows: list.slice(from, from + limit), next: from + limit < list.length ? String(from + limit) : null }
}
function faultsOf(schema, values, whole) {
  const faults = []
  for (const field of schema.fields) {
    const value = values[field.name]
    const label = field.label.zh
    if (value === undefined && !whole) continue
    if ((value ?? null) === null) {
      if (field.required) faults.push({ field: field.name, message: `“${label}”必须填写。` })
    } else if (field.type === 'money' && !/^-?\d+\.\d{2}$/.test(value)) faults.push({ field: field.name, message: `“${label}”应为金额，写的是“${value}”。` })
    else if (field.type === 'int' && !Number.isInteger(value)) faults.push({ field: field.name, message: `“${label}”应为整数，写的是“${value}”。` })
    else if (field.type === 'int' && ((field.min !== null && value < field.min) || (field.max !== null && value > field.max))) faults.push({ field: field.name, message: `“${label}”应在 ${field.min} 到 ${field.max} 之间，写的是 ${value}。` })
  }
  return faults
}
const resolve = (schema, values) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const field = schema.fields.find((one) => one.name === name)
      return [name, field?.type === 'reference' && typeof value === 'number' ? reference(record(field.register, value)) : value]
    }),
  )
function effects(name, one) {
  const id = name === 'household' ? one.id : one.values.household?.id
  const rule = rules.find((each) => each.name === 'key_income_below')
  const was = findings.get(rule.name).hit
  if (!id) return { raised: [], cleared: [], undetermined: [] }
  const at = was.findIndex((each) => each.id === id)
  if (at >= 0) {
    was.splice(at, 1)
    return { raised: [], cleared: [{ rule: rule.name, label: rule.label }], undetermined: [] }
  }
  was.push(of('household').rows.get(id))
  return { raised: [{ rule: rule.name, label: rule.label, sentence: '人均纯收入 9,820.00 元，低于重点户收入线 10,000 元。' }], cleared: [], undetermined: [] }
}
let entry = 1000
function log(one, session, action, fields) {
  one.history.unshift({ entry: ++entry, at: new Date().toISOString(), actor: session.user.display_name, action, source: null, fields })
}

route('GET', '/registers/{register}/records', ({ params, query }) => {
  const list = filtered(params.register, query)
  const { rows, next } = page(list, query)
  const fields = query.get('fields')?.split(',').filter(Boolean)
  return { records: rows.map((one) => plain(one, fields)), next, ...(query.get('count') === '1' ? { total: list.length } : {}) }
})
route('POST', '/registers/{register}/records', ({ params, body, session }) => {
  const { schema } = table(params.register)
  const values = resolve(schema, body.values)
  const faults = faultsOf(schema, values, true)
  if (faults.length) throw new Refusal('input', '有字段需要改正。', { faults })
  const key = schema.key.map((one) => comparable(values[one])).join('/')
  const above = schema.parent_field ? of(schema.parent).rows.get(values[schema.parent_field]?.id) : null
  const made = add(params.register, values, { key, name: values[schema.name_field] ?? '', place: above?.place ?? null })
  log(made, session, 'create', Object.entries(values).map(([field, after]) => ({ field, before: null, after })))
  return { status: 201, json: { record: plain(made), effects: effects(params.register, made) } }
})
route('GET', '/registers/{register}/records/{id}', ({ params, session }) => {
  const one = record(params.register, params.id)
  return { ...plain(one), place: placeOf(one), rights: session.rights.registers[params.register], retired: one.retired }
})
route('PATCH', '/registers/{register}/records/{id}', ({ params, body, session }) => {
  const one = record(params.register, params.id)
  const { schema } = table(params.register)
  if (body.version !== one.version) throw new Refusal('conflict', '这条记录已被别人修改。', {}, { current: plain(one) })
  const values = resolve(schema, body.values)
  const faults = faultsOf(schema, values, false)
  if (faults.length) throw new Refusal('input', '有字段需要改正。', { faults })
  log(one, session, 'edit', Object.entries(values).map(([field, after]) => ({ field, before: one.values[field] ?? null, after })))
  one.values = { ...one.values, ...values }
  if (schema.name_field && values[schema.name_field]) one.name = values[schema.name_field]
  one.version++
  return { record: plain(one), effects: effects(params.register, one) }
})
route('POST', '/registers/{register}/records/{id}/retire', ({ params, body, session }) => {
  const one = record(params.register, params.id)
  one.retired = { at: new Date().toISOString(), reason: body.reason }
  one.version++
  log(one, session, 'retire', [])
  return { record: plain(one) }
})
route('GET', '/registers/{register}/records/{id}/history', ({ params }) => ({ entries: record(params.register, params.id).history, next: null }))
route('POST', '/registers/{register}/records/{id}/unmask', ({ params, body }) => ({ value: record(params.register, params.id).values[body.field]?.full ?? null }))
route('GET', '/registers/{register}/options', ({ params, query }) => {
  const q = query.get('q') ?? ''
  const found = [...table(params.register).rows.values()].filter((one) => one.name.includes(q) || one.key.startsWith(q))
  return found.slice(0, 20).map((one) => ({ id: one.id, key: one.key, name: one.name, place: placeOf(one) }))
})
route('POST', '/registers/{register}/check', ({ params, body }) => {
  const { schema } = table(params.register)
  return { faults: faultsOf(schema, resolve(schema, body.values), body.id === undefined) }
})
route('GET', '/search', ({ query }) => {
  const q = (query.get('q') ?? '').toLowerCase()
  const out = []
  for (const name of [pack.subject, pack.people])
    for (const one of of(name).rows.values()) {
      const by = one.name.startsWith(q) ? 'name' : one.key.startsWith(q) ? 'number' : /^[a-z]+$/.test(q) && initial(one.name) === q[0] ? 'pinyin' : null
      if (by && out.length < 12) out.push({ register: name, id: one.id, key: one.key, name: one.name, place: placeOf(one), by, subject: name === pack.people ? one.values.household : null })
    }
  return out
})
route('POST', '/formulas/check', ({ body }) => {
  checkFormula(body.formula)
  return { type: 'bool', zh: body.formula, en: body.formula }
})
export { placeOf, record }
