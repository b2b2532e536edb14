// Whole stories of casework in the browser: from a cadre's clue to a monitored household with its plan and visit, and to the end of its risk; what comes
// back from the county; what is overdue. Each person does their own steps at their own desk or phone.
import { execFileSync } from 'node:child_process'
import { accessible, equal, holds, login, picture, settled, visit } from './harness.js'

const DAY = 86_400_000
const ago = (days) => new Date(Date.now() - days * DAY).toISOString().slice(0, 10)
const text = (page, selector) => page.locator(selector).first().innerText()

/** Fills the fields of a form by their types, as a person would. */
async function fill(page, fields, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = fields.find((one) => one.name === name)
    const box = page.locator(`#field-${name}`)
    if (field.format === 'unit') {
      await box.click()
      await page.keyboard.type(value)
      await page.locator(`.el-select-dropdown:visible li:has-text("${value}")`).first().click()
    } else if (field.type === 'bool') await box.locator(`label:has-text("${value ? '是' : '否'}")`).first().click()
    else if (field.type === 'code' || field.type === 'codes') {
      await box.click()
      await page.locator(`.el-select-dropdown:visible li:has-text("${value}")`).first().click()
      if (field.type === 'codes') await page.keyboard.press('Escape')
    } else {
      await box.fill(String(value))
      if (field.type === 'date' || field.type === 'month') await page.keyboard.press('Enter')
    }
  }
}
export async function stands(page, state) {
  await page.waitForSelector(`.page-header .chip.accent:has-text("${state}")`)
}
/** The file that the step wants, where it is not there from before. */
async function attach(page) {
  await page.waitForSelector('.next .files .chip')
  if ((await page.locator('.next .files .chip.high').count()) === 0) return
  await page.locator('.next .files input[multiple]').first().setInputFiles({ name: '合成的材料.png', mimeType: 'image/png', buffer: await page.screenshot() })
  await page.waitForSelector('.next .files .chip.good')
  await settled(page)
}
const WITH_FILES = ['评议通过', '公示结束', '农户签字']
/** One step of a case: the button, what it wants, and the state that it leads to. */
export async function step(page, fields, label, values, state, reason = '') {
  await settled(page)
  await page.locator('.ways button', { hasText: label }).first().click()
  if (WITH_FILES.includes(label)) await attach(page)
  await fill(page, fields, values)
  if (reason) await page.fill('.next textarea >> nth=-1', reason)
  await page.locator('.next form button[type=submit]').click()
  await stands(page, state)
}
const CHECK = {
  checked_on: ago(18), checked_by: '合成的核查人', food_ok: true, clothing_ok: true, education_ok: true, medical_ok: false, housing_ok: true, water_ok: true,
  check_wage: 6000, check_business: 2000, check_property: 0, check_transfer: 1000, check_business_cost: 500, check_self_paid: 300, proposed_category: '突发严重困难户', main_risk: '因病', check_note: '家中主要劳动力生病，收入减少。',
}
const REVIEW = { review_on: ago(16), review_present: 25, review_names: '合成的村民代表', review_agreed: 24, notice_from: ago(0), notice_place: '村务公开栏' }
const NOTICE = { notice_to: ago(1), objections: 0 }

/** As if the case had stood where it is for so many days: what time alone does. */
export function stood(path, days) {
  const [, workflow, id] = /([a-z_]+)\/(\d+)$/.exec(path)
  const script = 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=30) as it: it.execute(sys.argv[2], sys.argv[3:])'
  const run = (sql, ...values) => execFileSync('python3', ['-c', script, process.env.ZENGSHOU_E2E_DATABASE, sql, ...values])
  run('UPDATE zs_case SET since = ? WHERE register = ? AND record = ?', ago(days), workflow, id)
  if (['identification', 'risk_elimination'].includes(workflow)) run(`UPDATE ${workflow} SET notice_from = ? WHERE id = ?`, ago(days), id)
}

export async function caseFlows(tap, browser, address) {
  const people = {}
  const at = async (name, size) => {
    people[name] ??= await visit(browser, address, size)
    if (people[name].page.url() === 'about:blank') await login(people[name].page, name)
    return people[name].page
  }
  const done = async () => {
    for (const one of Object.values(people)) await one.context.close()
  }
  const flow = (name, run) =>
    tap.test(`case: ${name}`, async () => {
      try {
        await run()
        for (const [who, one] of Object.entries(people)) equal(one.problems.splice(0), [], `console of ${who}`)
      } catch (problem) {
        for (const [who, one] of Object.entries(people)) await picture(one.page, `failed-${name.replace(/\W+/g, "-").slice(0, 24)}-${who}`, false)
        throw problem
      }
    })
  const fieldsOf = async (page, register) => (await (await page.request.get('/api/v1/pack')).json()).registers.find((one) => one.name === register).fields
  const read = async (page, path) => (await page.request.get(`/api/v1${path}`)).json()
  /** A household of the village that is neither monitored nor under identification: the screening has opened cases of its own. */
  async function family(page) {
    const busy = new Set((await read(page, '/cases?kind=open&workflow=identification&limit=200')).cases.map((one) => one.subject.id))
    return (await read(page, '/registers/household/records?f.monitored_category.empty=1&limit=100')).records.find((one) => !busy.has(one.id))
  }
  let fields, household, path
  /** As registered: a check with other members is refused. */
  async function membersOf(page) {
    const known = (await read(page, `/households/${household.id}`)).definitions.find((one) => one.name === 'income_members').value
    return known ?? (await read(page, `/registers/person/records?parent=${household.id}&limit=50`)).records.length
  }
  const village = () => at('village', 'phone')
  const amount = (number) => number.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  /** The sums are typed, and what comes of them stands under them before anything is sent. */
  async function reckoned(page, members) {
    await settled(page)
    await page.locator('.ways button', { hasText: '提交评议' }).first().click()
    const { check_wage, check_business, check_property, check_transfer, check_business_cost, check_self_paid } = CHECK
    await fill(page, fields, { check_members: members, check_wage, check_business, check_property, check_transfer, check_business_cost, check_self_paid })
    await page.waitForSelector(`.next .follows div:has-text("核查人均纯收入") dd:has-text("${amount(8500 / members)}")`)
    holds(/监测收入线\s*[\d,]+\.\d\d/.test(await text(page, '.next .follows')), 'the line stands beside it')
    await page.locator('.next .follows').scrollIntoViewIfNeeded()
    await picture(page, 'case-income-phone', false)
    equal(await accessible(page), [], 'axe of the income')
    await fill(page, fields, { check_wage: 7000 })
    await page.waitForSelector(`.next .follows dd:has-text("${amount(9500 / members)}")`)
    await page.locator('.next form button:has-text("取消")').click()
  }

  await flow('a clue of a village cadre goes from the phone to the county', async () => {
    const page = await village()
    fields = await fieldsOf(page, 'identification')
    household = await family(page)
    await page.goto(`/households/${household.id}`)
    await settled(page)
    await page.locator('a:has-text("发起识别纳入")').click()
    await fill(page, fields, { clue_date: ago(20), clue_source: '走访', clue_note: '走访发现家中有人重病。' })
    await picture(page, 'case-open-phone')
    equal(await accessible(page), [], 'axe of opening')
    await page.locator('button[type=submit]').click()
    await stands(page, '待入户核查')
    path = new URL(page.url()).pathname
    await page.goto(`/households/${household.id}`)
    await settled(page)
    equal(await page.locator('a:has-text("发起识别纳入")').count(), 0, 'there is one at a time')
    await page.locator('a:has-text("继续办理识别纳入")').click()
    await stands(page, '待入户核查')
    const members = await membersOf(page)
    await reckoned(page, members)
    await step(page, fields, '提交评议', { ...CHECK, check_members: members }, '待民主评议')
    await settled(page)
    holds((await text(page, '.follows')).includes(amount(8500 / members)), 'the income found stands on the case, too')
    await page.locator('.ways button', { hasText: '评议通过' }).click()
    await page.waitForSelector('.next .files .chip.high')
    await picture(page, 'case-files-phone')
    equal(await accessible(page), [], 'axe of a step that wants a file')
    await page.locator('.next form button:has-text("取消")').click()
    await step(page, fields, '评议通过', REVIEW, '公示中')
    stood(path, 6)
    await step(page, fields, '公示结束', NOTICE, '待乡镇审核')
    const township = await at('township')
    await township.goto(path)
    await step(township, fields, '审核同意', { township_note: '情况属实，同意上报。' }, '待县级审定')
  })

  await flow('the county sends a case back; who was slower is told', async () => {
    const county = await at('county_bureau')
    const township = await at('township')
    await county.goto(path)
    await step(county, fields, '退回乡镇', {}, '待乡镇审核', '缺少医疗支出佐证，请补充。')
    await township.goto(path)
    await settled(township)
    await township.waitForSelector('blockquote:has-text("缺少医疗支出佐证")')
    await township.locator('.ways button', { hasText: '审核同意' }).click()
    await fill(township, fields, { township_note: '已补充佐证。' })
    const api = `/workflows/identification/cases/${path.split('/').at(-1)}`
    const version = (await read(township, api)).case.version
    const csrf = (await read(township, '/session')).csrf
    const other = await township.request.post(`/api/v1${api}/transitions`, { headers: { 'X-CSRF-Token': csrf }, data: { transition: 'check_again', version, comment: '再核一次' } })
    equal(other.status(), 200, await other.text())
    await township.locator('.next form button[type=submit]').click()
    await township.waitForSelector('.el-dialog:visible:has-text("有人先办了一步")')
    await picture(township, 'case-clash-desktop', false)
    equal(await accessible(township), [], 'axe')
    await township.locator('.el-dialog:visible button:has-text("查看最新情况")').click()
    await stands(township, '待入户核查')
    const page = await village()
    await page.goto(path)
    for (const [label, state, given] of [['提交评议', '待民主评议', {}], ['评议通过', '公示中', { notice_from: REVIEW.notice_from }], ['公示结束', '待乡镇审核', NOTICE]]) {
      if (label === '公示结束') {
        stood(path, 6)
        await page.goto(path)
      }
      await step(page, fields, label, given, state)
    }
    await township.goto(path)
    await step(township, fields, '审核同意', { township_note: '已补充佐证。' }, '待县级审定')
  })

  await flow('a list is worked off at once, each with its own result', async () => {
    const county = await at('county_bureau')
    await county.goto('/cases?workflow=identification&state=county')
    await settled(county)
    await county.locator('thead input[type=checkbox]').check()
    await county.waitForSelector('.batch')
    await county.locator('.batch .el-select').click()
    await county.locator('.el-select-dropdown:visible li:has-text("退回乡镇")').first().click()
    await county.fill('.batch .grow input', '一并退回补充材料')
    await picture(county, 'cases-desktop', false)
    equal(await accessible(county), [], 'axe')
    await county.locator('.batch button[type=submit]').click()
    await county.waitForSelector('.results .chip.good')
    await picture(county, 'cases-results-desktop', false)
    await county.locator('.el-dialog:visible button:has-text("关闭")').last().click()
    const township = await at('township')
    await township.goto('/cases?workflow=identification&state=township')
    await settled(township)
    await township.locator(`.cases a[href="${path}"]`).click()
    await step(township, fields, '审核同意', { township_note: '材料齐全。' }, '待县级审定')
  })

  await flow('the county decides, and what was known then can be seen', async () => {
    const county = await at('county_bureau')
    await county.goto('/cases')
    await settled(county)
    await county.locator(`.cases a[href="${path}"]`).first().click()
    await stands(county, '待县级审定')
    await settled(county)
    await picture(county, 'case-desktop')
    equal(await accessible(county), [], 'axe')
    await step(county, fields, '审定纳入', { category: '突发严重困难户', decision_note: '同意纳入监测。' }, '已纳入监测')
    equal((await read(county, `/registers/household/records/${household.id}`)).values.monitored_category, 'sudden_hardship', 'the household is monitored')
    await county.locator('button:has-text("那时知道的")').first().click()
    await county.waitForSelector('.el-drawer:visible .facts')
    holds((await text(county, '.el-drawer .facts')).length > 0, 'facts of then')
    await picture(county, 'case-known-desktop', false)
    equal(await accessible(county), [], 'axe of what was known')
  })

  await flow('a clue beside an open case is answered by who has it', async () => {
    const page = await village()
    const one = await freshFamily(browser, address, '4304219970000003')
    const csrf = (await read(page, '/session')).csrf
    const made = await page.request.post('/api/v1/workflows/identification/cases', { headers: { 'X-CSRF-Token': csrf }, data: { values: { household: one.id, clue_date: ago(5), clue_source: 'visit', clue_note: '走访发现房屋漏雨。' } } })
    holds(made.ok(), await made.text())
    const own = `/cases/identification/${(await made.json()).case.record.id}`
    const township = await at('township')
    await township.goto(own)
    await settled(township)
    await township.locator('.page-header a:has-text("补充线索")').click()
    await township.waitForSelector('#field-clue_note')
    await fill(township, fields, { clue_date: ago(1), clue_source: '部门', clue_note: '医保部门数据：住院自付较多。' })
    await township.locator('button[type=submit]').click()
    await township.waitForSelector('h2:has-text("补充线索")')
    equal(await township.locator('h2:has-text("系统建议")').count(), 0, 'people brought it, no machine')
    await page.goto(own)
    await page.waitForSelector('section:has(h2:has-text("补充线索")) article:has-text("住院自付较多")')
    await settled(page)
    await picture(page, 'case-beside-phone')
    equal(await accessible(page), [], 'axe of a clue beside')
    await page.locator('section:has(h2:has-text("补充线索")) article button:has-text("采纳")').first().click()
    await page.waitForSelector('section:has(h2:has-text("补充线索")) li:has-text("已采纳")')
  })

  /** Written down on a phone with a photograph in the same form; mended afterwards, and no second visit is planned for it. */
  async function visited(page, id) {
    const of = await fieldsOf(page, 'visit')
    const found = { visited_on: ago(0), visitor: '合成的走访人', place: '农户家中', housing_problem: true, water_problem: false, dropout_problem: false, uninsured_problem: false, findings: '已看病，情况好转。', next_on: ago(-45) }
    const stands_there = async () => (await read(page, `/registers/household/records/${household.id}`)).values.housing_problem
    await settled(page)
    await page.locator('.ways button', { hasText: '记录走访' }).click()
    await fill(page, of, found)
    await page.locator('.next .files input[capture]').first().setInputFiles({ name: '合成的走访照片.png', mimeType: 'image/png', buffer: await page.screenshot() })
    await page.waitForSelector('.next .files .chip.good:has-text("已有 1 份")')
    equal(await page.inputValue('#field-findings'), found.findings, 'what was typed is still there')
    holds(await page.evaluate(() => document.querySelector('.next .files').getBoundingClientRect().bottom <= document.querySelector('.next form button[type=submit]').getBoundingClientRect().top), 'the photograph comes before the button')
    await picture(page, 'visit-photo-phone')
    equal(await accessible(page), [], 'axe of the visit')
    await page.locator('.next form button[type=submit]').click()
    await stands(page, '已走访')
    equal((await read(page, `/registers/visit/records/${id}/attachments`)).attachments.length, 1, 'the photograph hangs on the visit')
    equal(await stands_there(), true, 'what was found')
    await step(page, of, '补充更正', {}, '补充更正中', '住房一项勾错了。')
    await step(page, of, '记录走访', { housing_problem: false }, '已走访')
    equal(await stands_there(), false, 'what was mended')
    equal((await read(page, `/registers/visit/records?parent=${household.id}`)).records.length, 2, 'the visit and the next one')
    await settled(page)
    await picture(page, 'visit-mended-phone')
  }

  await flow('the household gets its plan, signed and approved, and a visit', async () => {
    const page = await village()
    await page.goto(`/households/${household.id}/plan`)
    await settled(page)
    await page.locator('button:has-text("从措施库选")').click()
    await page.locator('.offer a:has-text("选用")').first().click()
    await page.waitForSelector('#field-name')
    await page.locator('button[type=submit]').click()
    await page.waitForURL(/\/plan\?/)
    await settled(page)
    await page.locator('.page-header a:has-text("办理")').click()
    const plan = await fieldsOf(page, 'household_plan')
    await step(page, plan, '农户签字', { needs: '看病负担重', target_wage: 12000, target_business: 6000, target_property: 0, target_transfer: 3000, helping_unit: '县农业农村局', responsible: '合成的责任人', agreed_on: ago(0) }, '待乡镇审核')
    await settled(page)
    await picture(page, 'case-phone')
    equal(await accessible(page), [], 'axe on a phone')
    const township = await at('township')
    await township.goto(new URL(page.url()).pathname)
    await step(township, plan, '审核同意', { review_note: '同意。' }, '执行中')
    const visits = (await read(township, `/registers/visit/records?parent=${household.id}`)).records
    equal(visits.length, 1, 'a visit is planned')
    await page.goto(`/cases/visit/${visits[0].id}`)
    await visited(page, visits[0].id)
    await page.goto(`/households/${household.id}`)
    await settled(page)
    await page.waitForSelector('h2:has-text("事项")')
    await picture(page, 'household-cases-phone')
  })

  await flow('the unit that is to help finds its measure and takes it on', async () => {
    const page = await village()
    const department = await at('department')
    const fields = await fieldsOf(page, 'plan_measure')
    const unit = (await read(department, '/session')).user.unit.label.zh
    await page.goto(`/households/${household.id}/plan`)
    await settled(page)
    await page.locator('section:has(h2:has-text("帮扶举措")) a:has-text("添加")').click()
    await page.waitForSelector('#field-provider')
    await fill(page, fields, { name: '介绍就近务工', kind: '就业', provider: unit, due: ago(-30) })
    await picture(page, 'measure-open-phone')
    equal(await accessible(page), [], 'axe of choosing')
    await page.locator('button[type=submit]').click()
    await page.waitForURL(/\/plan\?/)
    await page.waitForSelector('tr:has-text("介绍就近务工") .chip:has-text("待单位确认")')
    await department.goto('/cases?kind=mine')
    await settled(department)
    await department.locator('tr:has-text("介绍就近务工") a').first().click()
    await stands(department, '待单位确认')
    holds((await text(department, '.page-header h1')).includes(household.name), 'whom it is about')
    await settled(department)
    await picture(department, 'measure-unit-desktop', false)
    equal(await accessible(department), [], 'axe of the unit')
    await step(department, fields, '确认承担', { responsible: '合成的责任人' }, '落实中')
    await page.reload()
    await page.waitForSelector('tr:has-text("介绍就近务工") .chip:has-text("落实中")')
  })

  await flow('when income recovers the risk is eliminated, by people', async () => {
    const page = await village()
    const fields = await fieldsOf(page, 'risk_elimination')
    await page.goto(`/households/${household.id}`)
    await settled(page)
    await page.locator('a:has-text("发起风险消除")').click()
    await fill(page, fields, { proposed_on: ago(20), proposed_note: '收入已恢复，风险连续消除。' })
    await page.locator('button[type=submit]').click()
    await stands(page, '待核查')
    const path = new URL(page.url()).pathname
    const members = await membersOf(page)
    const check = { checked_on: ago(18), checked_by: '合成的核查人', out_of_school: false, house_damaged: false, uninsured: false, water_damaged: false, business: 9000, property: 0, transfer: 3000, cost: 1000, members, way: '帮扶消除', check_note: '收入恢复。', early_note: '合成的故事在一天里走完，提前消除。' }
    await settled(page)
    await page.locator('.ways button', { hasText: '提交评议' }).click()
    await fill(page, fields, { ...check, wage: 3000 })
    await page.locator('.next form button[type=submit]').click()
    await page.waitForSelector('.next .notice.high:has-text("低于监测收入线")')
    await fill(page, fields, { wage: 90000 })
    await page.locator('.next form button[type=submit]').click()
    await stands(page, '待评议')
    await step(page, fields, '评议通过', { review_on: ago(16), review_present: 20, review_agreed: 20, notice_from: ago(0) }, '公示中')
    stood(path, 6)
    await step(page, fields, '公示结束', NOTICE, '待乡镇审核')
    const township = await at('township')
    await township.goto(path)
    await step(township, fields, '审核同意', { township_note: '同意。' }, '待县级批准')
    const county = await at('county_bureau')
    await county.goto(path)
    await step(county, fields, '批准消除', { decision_note: '同意消除。' }, '消除后跟踪')
    equal((await read(county, `/registers/household/records/${household.id}`)).values.risk_eliminated, true)
  })

  await flow('workflows show their picture and who does what', async () => {
    const county = await at('county_bureau')
    for (const [name, where] of [['workflows', '/workflows'], ['workflow', '/workflows/identification']]) {
      await county.goto(where)
      await settled(county)
      await picture(county, `${name}-desktop`)
      equal(await accessible(county), [], `axe of ${name}`)
    }
    holds(await county.locator('figure svg .state').count() >= 7, 'the states are drawn')
    const returned = county.locator('tr:has-text("待县级审定") td[data-label="退回"] button').first()
    await returned.click()
    await county.waitForSelector(`.el-drawer:visible a[href="${path}"]`)
    await picture(county, 'workflow-figures-desktop', false)
    equal(await accessible(county), [], 'axe of the cases behind a figure')
    await county.keyboard.press('Escape')
    await county.locator('td a:has-text("已纳入监测")').click()
    await county.waitForURL(/kind=closed/)
    await county.waitForSelector(`.cases a[href="${path}"]`)
  })
  await done()
}

/** A household that nobody works on, in the village of the demonstration account. */
export async function freshFamily(browser, address, number) {
  const { context, page } = await visit(browser, address)
  await login(page, 'county_admin')
  const csrf = (await (await page.request.get('/api/v1/session')).json()).csrf
  const desk = await visit(browser, address)
  await login(desk.page, 'village')
  const village = (await (await desk.page.request.get('/api/v1/registers/village/records?limit=1')).json()).records[0].id
  const made = await page.request.post('/api/v1/registers/household/records', { headers: { 'X-CSRF-Token': csrf }, data: { values: { number, village, head_name: '合成户', members_in_year: 3, household_type: 'ordinary' } } })
  holds(made.ok(), await made.text())
  const { record } = await made.json()
  await desk.context.close()
  await context.close()
  return record
}

/** What nobody does goes up: the same county, three weeks later. */
export async function overdueFlow(tap, browser, server, serve) {
  let gone = false
  await tap.test('case: what is overdue goes up to the township, and above it', async () => {
    const family = await freshFamily(browser, server.address, '4304219970000002')
    let { context, page, problems } = await visit(browser, server.address)
    await login(page, 'village')
    const csrf = (await (await page.request.get('/api/v1/session')).json()).csrf
    const made = await page.request.post('/api/v1/workflows/identification/cases', { headers: { 'X-CSRF-Token': csrf }, data: { values: { household: family.id, clue_date: ago(0), clue_source: 'visit', clue_note: '走访发现房屋漏雨。' } } })
    holds(made.ok(), await made.text())
    const id = (await made.json()).case.record.id
    equal(problems, [], 'console')
    await context.close()
    await server.stop(true)
    gone = true
    const later = await serve(server.folder, ago(-21))
    try {
      ;({ context, page, problems } = await visit(browser, later.address))
      await login(page, 'township')
      const way = `.cases a[href="/cases/identification/${id}"]`
      // The server looks at its cases as it starts, beside everything else.
      for (let looks = 0, seen = false; !seen && looks < 30; looks++) {
        await page.goto('/cases?kind=mine&workflow=identification')
        await settled(page)
        seen = (await page.locator(way).count()) > 0
      }
      holds((await page.locator(`tr:has(a[href="/cases/identification/${id}"])`).innerText()).includes('已上报催办'), 'it says that it went up')
      await picture(page, 'cases-overdue-desktop', false)
      await page.locator(way).click()
      await settled(page)
      await page.waitForSelector('.chip.high:has-text("已上报催办")')
      await page.waitForSelector('main >> text=逾期上报') // in the trail
      await context.close()
      ;({ context, page, problems } = await visit(browser, later.address))
      await login(page, 'county_bureau')
      await page.goto('/cases?kind=mine&workflow=identification')
      await settled(page)
      await page.waitForSelector(way)
      equal(problems, [], 'console')
      await context.close()
    } finally {
      await later.stop()
    }
  })
  if (!gone) await server.stop()
}
