// What the designed pages read: household, monitoring, workbench, dashboard.
import { AS_OF, findings, of, townships, villages } from './county.js'
import { notFound, route } from './http.js'
import { startJob } from './jobs.js'
import { pack, rules } from './pack.js'
import { page, placeOf, plain, record } from './records.js'

const fen = (text) => Math.round(Number(text) * 100)
const yuan = (amount) => (amount / 100).toFixed(2)
const WHEELS = ['wage', 'business', 'property', 'transfer']
const rowsOf = (name, id) => [...of(name).rows.values()].filter((one) => one.values.household?.id === id && !one.retired)
let run = 3

function ledgerOf(household) {
  const months = new Map()
  const years = new Map()
  for (const row of rowsOf('income', household.id)) {
    const { month, wheel, amount } = row.values
    // The income year runs from October to September.
    const year = Number(month.slice(0, 4)) + (month.slice(5) >= '10' ? 1 : 0)
    for (const [map, key] of [[months, month], [years, year]]) {
      const kinds = map.get(key) ?? map.set(key, {}).get(key)
      kinds[wheel] = (kinds[wheel] ?? 0) + fen(amount)
    }
  }
  const text = (kinds) => Object.fromEntries(Object.entries(kinds).map(([wheel, sum]) => [wheel, yuan(sum)]))
  const total = (kinds) => Object.values(kinds).reduce((sum, one) => sum + one, 0)
  return {
    months: [...months].sort(([a], [b]) => a.localeCompare(b)).map(([month, kinds]) => ({ month, kinds: text(kinds) })),
    years: [...years].sort(([a], [b]) => a - b).map(([year, kinds]) => ({ year, kinds: text(kinds), total: yuan(total(kinds)), per_capita: yuan(total(kinds) / household.values.members_now) })),
  }
}
const SENTENCE = { hit: '人均纯收入 9,820.00 元，低于重点户收入线 10,000 元；增速 3.1%，低于 5.5%。', undetermined: '无法判定：缺少 2022-08 的收入台账、李秀兰的健康状况。', miss: '人均纯收入 15,200.00 元，不低于重点户收入线。' }
const MISSING = ['收入台账：2022-08', '家庭成员 李秀兰：健康状况']

route('GET', '/households/{id}', ({ params, query }) => {
  const one = record(pack.subject, params.id)
  const warnings = rules.flatMap((rule) => {
    if (rule.register !== pack.subject || rule.kind === 'quality') return []
    const state = ['hit', 'undetermined'].find((each) => findings.get(rule.name)[each].includes(one))
    return state ? [{ ...rule, rule: rule.name, state, since: state === 'hit' ? '2022-08-31' : null, sentence: SENTENCE[state], missing: state === 'hit' ? [] : MISSING }] : []
  })
  const ledger = ledgerOf(one)
  const last = ledger.years.at(-1)
  const definition = (name, zh, en, type, value, unit = null) => ({ name, label: { zh, en }, type, unit, dictionary: null, value })
  return {
    record: plain(one),
    place: placeOf(one),
    as_of: query.get('as_of') ?? AS_OF,
    members: rowsOf('person', one.id).map((each) => plain(each)),
    ledger,
    children: Object.fromEntries(['measure', 'expense'].map((name) => [name, { records: rowsOf(name, one.id).map((each) => plain(each)), total: rowsOf(name, one.id).length }])),
    warnings,
    definitions: [
      definition('net_income_per_capita', '人均纯收入', 'Net income per capita', 'money', last?.per_capita ?? null),
      definition('net_income', '纯收入', 'Net income', 'money', last?.total ?? null),
      definition('growth', '增速', 'Growth', 'ratio', 0.031),
      definition('member_count', '家庭人口数', 'Members', 'int', one.values.members_now, '人'),
      definition('zero_employment', '零就业家庭', 'Zero-employment family', 'bool', false),
      definition('insured', '医保参保', 'Insured', 'bool', null),
    ],
    history: one.history,
  }
})

const figures = (name) => {
  const found = findings.get(name)
  return { run, as_of: AS_OF, records: found.hit.length + found.undetermined.length, hits: found.hit.length, undetermined: found.undetermined.length, fresh: found.fresh.length, cleared: found.cleared.length }
}
const ruleOf = (name) => rules.find((one) => one.name === name) ?? (() => { throw notFound() })()
const inside = (one, division) => !division || one.place?.code?.startsWith(division)

route('GET', '/rules', () => rules.map((one) => ({ ...one, last: figures(one.name) })))
route('GET', '/screenings', () => [{ run, as_of: AS_OF, at: '2022-10-01T01:00:00Z', actor: 'admin', rules: rules.length }])
route('POST', '/screenings', ({ session }) => ({ status: 202, json: startJob(session, 'screen', 30000, () => ({ run: ++run })) }))
route('GET', '/rules/{name}/findings', ({ params, query }) => {
  ruleOf(params.name)
  const list = findings.get(params.name)[query.get('state') ?? 'hit'].filter((one) => inside(one, query.get('division')))
  const { rows, next } = page(list, query)
  return { run, as_of: AS_OF, records: rows.map((one) => ({ id: one.id, key: one.key, name: one.name, place: placeOf(one) })), next, total: list.length }
})
route('GET', '/rules/{name}/divisions', ({ params, query }) => {
  const { register } = ruleOf(params.name)
  const found = findings.get(params.name)
  const below = query.get('level') === 'village' ? villages.filter((one) => one.parent === query.get('division')) : townships
  const count = (list, code) => list.filter((one) => inside(one, code)).length
  const all = [...of(register).rows.values()]
  return below.map(({ code, name }) => ({ code, name, records: count(all, code), hits: count(found.hit, code), undetermined: count(found.undetermined, code), fresh: count(found.fresh, code), cleared: count(found.cleared, code) }))
})
route('GET', '/rules/{name}/missing', ({ params }) => {
  const open = findings.get(ruleOf(params.name).name).undetermined.length
  return [
    { register: 'income', field: 'amount', label: '收入台账：2022-08', findings: open, township: null },
    { register: 'person', field: 'health', label: '健康状况', findings: Math.ceil(open / 3), township: '西渡镇' },
  ]
})
route('GET', '/explain', ({ query }) => {
  const rule = ruleOf(query.get('rule'))
  const one = record(query.get('register'), query.get('id'))
  const found = findings.get(rule.name)
  const state = found.hit.includes(one) ? 'hit' : found.undetermined.includes(one) ? 'undetermined' : 'miss'
  const word = { hit: '是', undetermined: '未知', miss: '否' }[state]
  const tree = `* 以下全部 = ${word}\n  * 低于重点户收入线 = ${word}\n    * 人均纯收入 < 重点户收入线 = ${word}\n      * 人均纯收入 = ${state === 'undetermined' ? '未知' : '9,820.00元'}\n        * 纯收入 / 收入年度人口数 = 9,820.00元\n          纯收入 = 39,280.00元\n          收入年度人口数 = 4\n      重点户收入线 = 10,000元\n  在帮扶范围 = 是\n`
  return { record: `${one.key}（${one.name}）`, state, sentence: SENTENCE[state], missing: state === 'undetermined' ? MISSING : [], tree }
})

route('GET', '/workbench', ({ english }) => ({
  items: [
    { kind: 'fresh', title: english ? 'New: Key households' : '新增：重点帮扶户', count: findings.get('key_household').fresh.length, level: 'high', link: { page: 'rules/key_household', query: { state: 'fresh' } } },
    { kind: 'fresh', title: english ? 'New: Income below key line' : '新增：收入低于重点户收入线', count: findings.get('key_income_below').fresh.length, level: 'medium', link: { page: 'rules/key_income_below', query: { state: 'fresh' } } },
    { kind: 'undetermined', title: english ? 'Undetermined: facts are missing' : '待核：缺少事实，无法判定', count: findings.get('key_household').undetermined.length, level: 'medium', link: { page: 'rules/key_household', query: { state: 'undetermined' } } },
    { kind: 'unknown', title: english ? 'Households whose water supply is unknown' : '饮水安全未填的农户', count: [...of('household').rows.values()].filter((one) => one.values.safe_water === null).length, level: 'low', link: { page: 'registers/household', query: { 'f.safe_water.empty': '1' } } },
  ],
  recent: [...of('household').rows.values()].slice(0, 5).map((one) => ({ register: 'household', id: one.id, key: one.key, name: one.name, at: '2022-09-29T08:30:00Z' })),
}))
function categories(field, rows) {
  const codes = pack.dictionaries[pack.registers.find((one) => one.name === pack.subject).fields.find((one) => one.name === field).dictionary].codes
  return codes.map(({ name, label }) => {
    const list = rows.filter((one) => one.values[field] === name)
    return { code: name, label, subjects: list.length, people: list.reduce((sum, one) => sum + one.values.members_now, 0) }
  })
}
route('GET', '/dashboard', ({ query }) => {
  const division = query.get('division')
  const rows = [...of('household').rows.values()].filter((one) => inside(one, division))
  const sums = { now: {}, before: {} }
  const people = rows.reduce((sum, one) => sum + one.values.members_now, 0)
  for (const row of of('income').rows.values()) {
    if (!inside(row, division)) continue
    const side = row.values.month >= '2021-10' ? sums.now : sums.before
    side[row.values.wheel] = (side[row.values.wheel] ?? 0) + fen(row.values.amount)
  }
  const wheel = (code) => pack.dictionaries.wheel.codes.find((one) => one.name === code)
  const perHead = (side) => (people > 0 ? yuan(Object.values(side).reduce((sum, one) => sum + one, 0) / people) : null)
  const key = findings.get('key_household_any')
  const below = villages.some((one) => one.code === division) ? [] : division && division !== '430421' ? villages.filter((one) => one.parent === division) : townships
  return {
    as_of: query.get('as_of') ?? AS_OF,
    run,
    categories: categories(pack.category, rows),
    subcategories: categories(pack.subcategory, rows),
    wheels: WHEELS.map((code) => ({ code, label: wheel(code).label, this_year: sums.now[code] ? yuan(sums.now[code]) : null, last_year: sums.before[code] ? yuan(sums.before[code]) : null })),
    per_capita: { this_year: perHead(sums.now), last_year: perHead(sums.before) },
    rules: rules.filter((one) => one.kind !== 'quality' && one.register === pack.subject).map((one) => ({ name: one.name, label: one.label, level: one.level, hits: findings.get(one.name).hit.filter((each) => inside(each, division)).length, fresh: findings.get(one.name).fresh.filter((each) => inside(each, division)).length })),
    divisions: below.map(({ code, name }, index) => {
      const list = rows.filter((one) => inside(one, code))
      return { code, name, subjects: list.length, people: list.reduce((sum, one) => sum + one.values.members_now, 0), hits: key.hit.filter((one) => inside(one, code)).length, undetermined: key.undetermined.filter((one) => inside(one, code)).length, per_capita: list.length ? yuan(1000000 + index * 31700) : null, growth: list.length ? (index % 9) / 100 - 0.02 : null }
    }),
  }
})
