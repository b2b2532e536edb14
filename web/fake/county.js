// About 300 households that never were, always the same.
import { divisions, pack, rules } from './pack.js'

function random(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
const next = random(2022)
const upTo = (n) => Math.floor(next() * n)
const pick = (list) => list[upTo(list.length)]
const chance = (share) => next() < share
const yuan = (least, most) => `${least + upTo(most - least)}.${String(upTo(100)).padStart(2, '0')}`
const two = (n) => String(n).padStart(2, '0')

const SURNAMES = [...'王李张刘陈杨黄周吴赵何郭罗谢唐邓曾彭肖蒋谭贺凌颜易']
const GIVEN = [...'伟强军平建国华明德志文武勇斌松林海山春秋芳英秀兰玉珍梅桂香莲霞凤丽敏燕婷慧欣怡雨萱']
const PINYIN = { 王: 'w', 李: 'l', 张: 'z', 刘: 'l', 陈: 'c', 杨: 'y', 黄: 'h', 周: 'z', 吴: 'w', 赵: 'z', 何: 'h', 郭: 'g', 罗: 'l', 谢: 'x', 唐: 't', 邓: 'd', 曾: 'z', 彭: 'p', 肖: 'x', 蒋: 'j', 谭: 't', 贺: 'h', 凌: 'l', 颜: 'y', 易: 'y' }
const name = (surname) => surname + pick(GIVEN) + (chance(0.8) ? pick(GIVEN) : '')
export const initial = (of) => PINYIN[of[0]] ?? ''

const townships = divisions.filter((one) => one.level === 'township')
const villages = divisions.filter((one) => one.level === 'village')
const HOUSEHOLDS = 300
export const AS_OF = '2022-09-30'

const registers = Object.fromEntries(pack.registers.map((one) => [one.name, { schema: one, rows: new Map(), last: 0 }]))
export const of = (register) => registers[register]

export function add(register, values, label) {
  const table = registers[register]
  const id = ++table.last
  const record = { id, version: 1, key: label.key, name: label.name ?? '', values, place: label.place, retired: null, history: [] }
  table.rows.set(id, record)
  return record
}
const reference = (record) => ({ id: record.id, key: record.key, name: record.name || record.key })
const masked = (text) => ({ masked: `${text.slice(0, 6)}${'*'.repeat(Math.max(4, text.length - 10))}${text.slice(-4)}`, full: text })
const known = (share, value) => (chance(share) ? value : null)

function villagesOf() {
  return villages.slice(0, 120).map((division) => {
    const township = townships.find((one) => one.code === division.parent)
    const values = { code: division.code, name: division.name, township_name: township.name }
    return add('village', values, { key: division.code, name: division.name, place: { township: township.name, village: division.name, code: division.code } })
  })
}
function identity(born, order) {
  return `430421${born.replace(/-/g, '')}${900 + (order % 100)}X`
}
function person(household, surname, index) {
  const child = index > 2
  const born = `${child ? 2005 + upTo(14) : 1945 + upTo(45)}-${two(1 + upTo(12))}-${two(1 + upTo(28))}`
  const sex = pick(['male', 'female'])
  const given = index === 0 ? household.name : name(surname)
  const number = `${household.key}${two(index + 1)}`
  const values = {
    number,
    household: reference(household),
    name: given,
    sex,
    birth_date: known(0.97, born),
    id_number: masked(identity(born, index)),
    relation: index === 0 ? 'head' : pick(pack.dictionaries.relation.codes).name,
    phone: child ? null : masked(`154${String(10000000 + upTo(89999999))}`),
    education: child ? null : pick(pack.dictionaries.education.codes).name,
    school_status: child ? pick(pack.dictionaries.school_status.codes).name : null,
    health: chance(0.15) ? [pick(pack.dictionaries.health.codes).name] : null,
    labour: known(0.9, pick(pack.dictionaries.labour.codes).name),
    working: child ? null : known(0.85, chance(0.6)),
    resident_medical: known(0.9, chance(0.95)),
  }
  return add('person', values, { key: number, name: given, place: household.place })
}
const MONTHS = Array.from({ length: 24 }, (_one, index) => `${2020 + Math.floor((index + 9) / 12)}-${two(((index + 9) % 12) + 1)}`)
function ledger(household) {
  const rows = []
  for (const month of MONTHS) {
    for (const [wheel, item, share, most] of [
      ['wage', 'migrant_work', 0.85, 4200],
      ['business', 'farming', 0.4, 2600],
      ['property', 'land_rent', 0.08, 900],
      ['transfer', 'minimum_living', 0.5, 700],
    ]) {
      if (!chance(share)) continue
      const values = { household: reference(household), month, wheel, item, amount: yuan(60, most), note: null }
      rows.push(add('income', values, { key: `${month}/${wheel}`, name: '', place: household.place }))
    }
  }
  return rows
}
function measures(household) {
  for (let i = upTo(3); i > 0; i--) {
    const values = { household: reference(household), kind: pick(pack.dictionaries.measure_kind.codes).name, name: pick(['油茶种植补助', '转移就业交通补贴', '雨露计划', '小额信贷贴息', '公益性岗位']), start: '2022-03', end: null, provider: '县乡村振兴局', amount: yuan(300, 5000) }
    add('measure', values, { key: values.name, name: values.name, place: household.place })
  }
}
function household(index, homes) {
  const village = pick(homes)
  const surname = pick(SURNAMES)
  const head = name(surname)
  const number = `${village.key}${String(index).padStart(5, '0')}`
  const monitored = chance(0.14)
  const values = {
    number,
    village: reference(village),
    group_name: `${1 + upTo(12)}组`,
    head_name: head,
    head_id_number: masked(identity('1968-05-12', index)),
    phone: masked(`154${String(10000000 + upTo(89999999))}`),
    household_type: chance(0.85) ? 'graduated' : 'ordinary',
    members_now: 0,
    monitored_category: monitored ? pick(pack.dictionaries.monitored_category.codes).name : null,
    risk_1: monitored ? pick(pack.dictionaries.risk.codes).name : null,
    identified_month: monitored ? '2021-11' : null,
    risk_eliminated: monitored ? chance(0.4) : null,
    arable_land: known(0.8, (upTo(60) / 10).toFixed(1)),
    house_area: known(0.8, String(60 + upTo(120))),
    unsafe_house: known(0.95, chance(0.03)),
    safe_water: known(0.95, chance(0.97)),
    relocated: chance(0.12),
    in_cooperative: known(0.8, chance(0.3)),
  }
  const record = add('household', values, { key: number, name: head, place: village.place })
  const size = 2 + upTo(4)
  for (let i = 0; i < size; i++) person(record, surname, i)
  values.members_now = size
  ledger(record)
  measures(record)
  record.history.push({ entry: index, at: '2022-09-02T02:11:00Z', actor: '系统导入', action: 'import', source: '脱贫户信息.xlsx', fields: [{ field: 'members_now', before: null, after: size }] })
  return record
}
const homes = villagesOf()
for (let i = 1; i <= HOUSEHOLDS; i++) household(i, homes)

/** Findings of the last screening: by rule, who is hit, new, cleared or undetermined. */
export const findings = new Map()
for (const rule of rules) {
  const rows = [...(registers[rule.register]?.rows.values() ?? [])]
  const share = rule.kind === 'quality' ? 0.02 : 0.03 + next() * 0.12
  const of = { hit: [], fresh: [], cleared: [], undetermined: [] }
  for (const row of rows) {
    const at = next()
    if (at < share) (of.hit.push(row), chance(0.2) && of.fresh.push(row))
    else if (at < share * 1.3) of.undetermined.push(row)
    else if (at < share * 1.4) of.cleared.push(row)
  }
  findings.set(rule.name, of)
}
export { townships, villages, reference }
