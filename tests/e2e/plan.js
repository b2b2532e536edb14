// A household's plan in the browser: made, held against the ledger, visited, printed; and the notice in the village.
import { execFileSync } from 'node:child_process'
import { accessible, equal, holds, picture, settled } from './harness.js'

const DAY = 86_400_000
const ago = (days) => new Date(Date.now() - days * DAY).toISOString().slice(0, 10)
const said = (date) => date.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日')
const text = (page, selector) => page.locator(selector).first().innerText()

async function send(page, method, path, data) {
  const csrf = (await (await page.request.get('/api/v1/session')).json()).csrf
  const answer = await page.request[method](`/api/v1${path}`, { headers: { 'X-CSRF-Token': csrf }, data })
  holds(answer.ok(), await answer.text())
  return answer.json()
}
const families = async (page) => (await (await page.request.get('/api/v1/registers/household/records?limit=20&f.monitored_category.empty=1')).json()).records

export async function planFlows(flow) {
  await flow('a plan is made for a household, with a measure and a visit, and printed', 'village', async (page) => {
    const household = (await families(page)).at(-1)
    const own = `/households/${household.id}`
    await page.goto(own)
    await settled(page)
    await page.click('.page-header a:has-text("一户一策")')
    await settled(page)
    await picture(page, 'plan-none-desktop', false)
    await page.click('a:has-text("制定计划")')
    equal(await page.inputValue('#field-year'), '2022', 'the year is filled in')
    await page.fill('#field-ends_on', '2022-12-31')
    await page.keyboard.press('Enter')
    await page.click('button[type=submit]')
    await page.waitForURL(/\/plan\?year=2022$/)
    await settled(page)
    await page.click('.page-header a:has-text("修改")')
    await page.fill('#field-target_wage', '2.4万')
    await page.fill('#field-target_business', '3600')
    await page.fill('#field-helping_unit', '县农业农村局')
    await page.fill('#field-responsible', '合成的责任人')
    await page.click('button[type=submit]')
    await page.waitForURL(/\/plan\?year=2022$/)
    await settled(page)
    holds((await text(page, '.total')).includes('27,600'), 'the targets add up')
    await page.waitForSelector('.notice.medium:has-text("签字")')
    await page.click('section:has(h2:has-text("帮扶举措")) a:has-text("添加")')
    await page.fill('#field-name', '发展湘黄鸡养殖')
    await page.click('#field-kind')
    await page.click('.el-select-dropdown:visible li >> nth=0')
    await page.fill('#field-due', '2022-03-01')
    await page.keyboard.press('Enter')
    await page.click('button[type=submit]')
    await page.waitForURL(/\/plan\?year=2022$/)
    await page.waitForSelector('.chip.high:has-text("1 项逾期")')
    await page.click('button:has-text("从措施库选")')
    await page.waitForSelector('.el-drawer .offer')
    await settled(page)
    await picture(page, 'measures-desktop', false)
    equal(await accessible(page), [], 'axe')
    const chosen = (await text(page, '.offer b')).trim()
    await page.click('.offer a:has-text("选用")')
    equal(await page.inputValue('#field-name'), chosen, 'what is known is filled in')
    await page.click('button[type=submit]')
    await page.waitForURL(/\/plan\?year=2022$/)
    await page.waitForSelector(`td:has-text("${chosen}")`)
    await page.click('section:has(h2:has-text("走访")) a:has-text("添加")')
    await page.fill('#field-planned_for', '2022-09-10')
    await page.keyboard.press('Enter')
    await page.click('button[type=submit]')
    await page.waitForURL(/\/plan\?year=2022$/)
    await page.waitForSelector('section:has(h2:has-text("走访")) .chip.high:has-text("已逾期")')
    await settled(page)
    await picture(page, 'plan-desktop')
    equal(await accessible(page), [], 'axe')
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, 'plan-phone')
    equal(await accessible(page), [], 'axe on a phone')
    equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, 'width')
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.click('section:has(h2:has-text("走访")) a:has-text("照片")')
    await settled(page)
    await page.click('.row .el-select >> nth=0')
    await page.click('.el-select-dropdown:visible li:has-text("走访照片")')
    await page.setInputFiles('input[capture]', { name: '鸡舍.png', mimeType: 'image/png', buffer: await page.screenshot() })
    await page.waitForSelector('.files button:has-text("鸡舍.png")')
    await page.click('.files button:has-text("鸡舍.png")')
    await page.waitForFunction(() => (document.querySelector('.el-dialog img')?.naturalWidth ?? 0) > 0)
    await picture(page, 'photograph-phone', false)
    equal(await accessible(page), [], 'axe')
    await page.keyboard.press('Escape')
    await page.setInputFiles('input[capture]', { name: '假照片.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photograph') })
    await page.waitForSelector('.notice.high:has-text("假照片.jpg")')
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.goto(`${own}/plan?year=2022`)
    await settled(page)
    await page.click('a:has-text("打印签字表")')
    await settled(page)
    await picture(page, 'plan-sheet-desktop')
    equal(await accessible(page), [], 'axe')
    const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true })
    equal((pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length, 1, 'pages')
    const sheet = await text(page, '.sheet')
    holds(sheet.includes('发展湘黄鸡养殖') && sheet.includes('24,000'), 'what is signed')
    holds(!/\d{6}\*{4,}|\d{17}[\dX]/.test(sheet), 'no identity number')
  })
}

/** The village's steps are told in cases.js; here the case only has to hang. */
const IN_NOTICE = 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=30) as it: it.execute("UPDATE identification SET case_state = \'notice\' WHERE id = ?", sys.argv[2:])'

export async function noticeFlow(flow) {
  await flow('the notice of a village says who, and nothing that is nobody’s business', 'township', async (page) => {
    const [{ id }] = (await families(page)).slice(-2)
    const household = await (await page.request.get(`/api/v1/registers/household/records/${id}`)).json()
    const values = {
      checked_on: ago(18), checked_by: '合成的核查人', food_ok: true, clothing_ok: true, education_ok: true, medical_ok: false, housing_ok: true, water_ok: true, check_members: 4, check_wage: '6000',
      check_business: '0', check_property: '0', check_transfer: '0', check_business_cost: '0', check_self_paid: '0', proposed_category: 'sudden_hardship', main_risk: 'illness', check_note: '合成的核查',
    }
    const { record } = (await send(page, 'post', '/workflows/identification/cases', { values: { household: id, clue_date: ago(20), clue_source: 'visit', clue_note: '合成的线索', ...values, review_on: ago(12), notice_from: ago(10) } })).case
    execFileSync('python3', ['-c', IN_NOTICE, process.env.ZENGSHOU_E2E_DATABASE, String(record.id)])
    await page.goto(`/registers/identification/${record.id}`)
    await settled(page)
    await page.click('a:has-text("打印公示")')
    await settled(page)
    await picture(page, 'notice-desktop')
    equal(await accessible(page), [], 'axe')
    const sheet = await text(page, '.sheet')
    holds(sheet.includes(household.name) && sheet.includes(`${said(ago(10))}至${said(ago(5))}`) && sheet.includes(household.place.village), sheet)
    holds(!/\d{11}|\*{4}/.test(sheet), 'no number of anybody')
  })
}
