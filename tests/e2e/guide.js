// Takes the pictures of the user guide and the README from the real application on a synthetic county: docs/images/web-*.png.
import { at, startServer } from './server.js'
import { login, settled, startBrowser, visit } from './harness.js'

const server = await startServer()
const browser = await startBrowser()
const save = (page, name, clip) => page.screenshot({ path: at(`docs/images/web-${name}.png`), ...(clip ? { clip } : {}) })
try {
  const stranger = await visit(browser, server.address)
  await stranger.page.goto('/login')
  await settled(stranger.page)
  await save(stranger.page, 'login')
  await stranger.context.close()

  const clerk = await visit(browser, server.address)
  const { page } = clerk
  await login(page, 'township')
  const shot = async (name, path, prepare) => {
    await page.goto(path)
    await settled(page)
    if (prepare) await prepare()
    await save(page, name)
  }
  const family = await page.evaluate(async () => (await (await fetch('/api/v1/rules/income_below_line/findings?limit=1')).json()).records?.[0]?.id ?? (await (await fetch('/api/v1/registers/household/records?limit=1')).json()).records[0].id)
  await shot('workbench', '/')
  await shot('household', `/households/${family}`)
  await shot('form', `/registers/household/${family}/edit`, async () => {
    await page.fill('#field-members_now', '99')
    await page.waitForSelector('#field-members_now-fault')
    await page.locator('#field-members_now').scrollIntoViewIfNeeded()
  })
  const csrf = (await (await page.request.get('/api/v1/session')).json()).csrf
  const write = async (path, data) => (await page.request.post(`/api/v1/${path}`, { headers: { 'X-CSRF-Token': csrf }, data })).json()
  const opened = await write('workflows/household_plan/cases', { values: { household: family, year: 2022, ends_on: '2022-12-31', target_wage: '18000.00', target_business: '6000.00', target_transfer: '3000.00', helping_unit: '县农业农村局', responsible: '合成的责任人' } })
  if (opened.case) {
    await write('workflows/plan_measure/cases', { values: { plan: opened.case.record.id, name: '湘黄鸡等养殖奖补', kind: 'industry', wheel: 'business', provider: '县农业农村局', due: '2022-06-30' } })
    await shot('plan', `/households/${family}/plan`)
  }
  const some = (await (await page.request.get('/api/v1/registers/household/records?limit=4')).json()).records
  const clues = ['走访发现家中主要劳动力因病不能外出务工。', '户主反映今年稻谷受灾。', '孩子上大学，学费负担重。', '老人住院，自付费用高。']
  let last
  for (const [index, { id }] of some.entries())
    last = (await write('workflows/identification/cases', { values: { household: id, clue_date: new Date(Date.now() - index * 86_400_000).toISOString().slice(0, 10), clue_source: 'visit', clue_note: clues[index] } })).case ?? last
  await shot('cases', '/cases?kind=open')
  await shot('case', `/cases/identification/${last.record.id}`)
  page.on('dialog', (dialog) => void dialog.accept())
  await clerk.context.close()

  const chief = await visit(browser, server.address)
  await login(chief.page, 'county_admin')
  for (const [name, path, prepare] of [
    ['monitoring', '/monitoring'],
    ['why', '/monitoring/key_household', async (shown) => {
      await shown.click('button:has-text("为什么")')
      await shown.waitForSelector('.el-drawer .tree')
    }],
    ['whatif', '/whatif?rule=key_household&a.key_income_line=13000.00&b.key_income_line=12000.00&b.key_growth_line=0.07&b=&cost=1000&balance=50000', (shown) => shown.waitForSelector('.figures tr.hits b')],
    ['attribution', '/attribution?month=2022-09'],
    ['import', '/imports'],
    ['users', '/users'],
    ['dashboard', '/dashboard'],
    ['indicators', '/indicators'],
    ['indicator', '/indicators/relocated_income_project'],
    ['tasks', '/tasks?clause=三(五)15'],
  ]) {
    await chief.page.goto(path)
    await settled(chief.page)
    if (prepare) await prepare(chief.page)
    await save(chief.page, name)
  }
  const page2 = chief.page
  const key = (await (await page2.request.get('/api/v1/session')).json()).csrf
  const send = async (path, data) => (await page2.request.post(`/api/v1/${path}`, { headers: { 'X-CSRF-Token': key }, data })).json()
  await send('assessments/funds_performance/adopt', { year: 2022 })
  const table = await send('assessments/funds_performance/runs', { part: 'year', year: 2022, month: 9 })
  for (const [index, scored] of table.scored.entries())
    for (const score of scored.scores.filter((one) => one.given === null && !one.spared)) await send('registers/assessment_review/records', { values: { run: table.run.id, scored: scored.id, criterion: score.criterion, points: String(16 + (index % 12)), reason: '现场查看（合成）' } })
  await page2.request.post(`/api/v1/assessments/runs/${table.run.id}/publish`, { headers: { 'X-CSRF-Token': key } })
  await page2.goto(`/assessments/runs/${table.run.id}`)
  await settled(page2)
  await save(page2, 'assessment')
  await send('dispatch', { month: '2022-09' })
  const unit = await visit(browser, server.address)
  await login(unit.page, 'department')
  await unit.page.goto('/dispatch/fill?month=2022-09')
  await unit.page.waitForSelector('.sheet textarea')
  await save(unit.page, 'dispatch')
  await unit.context.close()
  await chief.context.close()
} finally {
  await browser.close()
  await server.stop()
}
