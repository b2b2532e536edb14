// A household's plan in the browser: made, held against the ledger, visited, printed; and the notice in the village.
import { accessible, equal, holds, picture, settled } from './harness.js'

const text = (page, selector) => page.locator(selector).first().innerText()

async function write(page, register, values) {
  const csrf = (await (await page.request.get('/api/v1/session')).json()).csrf
  const answer = await page.request.post(`/api/v1/registers/${register}/records`, { headers: { 'X-CSRF-Token': csrf }, data: { values } })
  equal(answer.status(), 201, await answer.text())
  return (await answer.json()).record
}

export async function planFlows(flow) {
  await flow('a plan is made for a household, with a measure and a visit, and printed', 'county_admin', async (page) => {
    await page.goto('/households/23')
    await settled(page)
    await page.click('.page-header a:has-text("一户一策")')
    await settled(page)
    await picture(page, 'plan-none-desktop', false)
    await page.click('a:has-text("制定计划")')
    equal(await page.inputValue('#field-year'), '2022', 'the year is filled in')
    await page.fill('#field-target_wage', '2.4万')
    await page.fill('#field-target_business', '3600')
    await page.fill('#field-helping_unit', '县农业农村局')
    await page.fill('#field-responsible', '合成的责任人')
    await page.click('button[type=submit]')
    await page.waitForURL(/\/households\/23\/plan\?year=2022$/)
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
    await page.click('section:has(h2:has-text("走访")) a:has-text("添加")')
    await page.fill('#field-planned_for', '2022-09-10')
    await page.keyboard.press('Enter')
    await page.fill('#field-visited_on', '2022-09-10')
    await page.keyboard.press('Enter')
    await page.fill('#field-findings', '鸡舍已建好')
    await page.click('button[type=submit]')
    await page.waitForURL(/\/plan\?year=2022$/)
    await settled(page)
    await picture(page, 'plan-desktop')
    equal(await accessible(page), [], 'axe')
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, 'plan-phone')
    equal(await accessible(page), [], 'axe on a phone')
    equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, 'width')
    await page.setViewportSize({ width: 1366, height: 768 })
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

export async function noticeFlow(flow) {
  await flow('the notice of a village says who, and nothing that is nobody’s business', 'county_admin', async (page) => {
    const household = await (await page.request.get('/api/v1/registers/household/records/23')).json()
    const record = await write(page, 'identification', { household: 23, clue_date: '2022-08-01', notice_from: '2022-08-10', notice_to: '2022-08-15', proposed_category: 'marginal', check_members: 4 })
    await page.goto(`/registers/identification/${record.id}`)
    await settled(page)
    await page.click('a:has-text("打印公示")')
    await settled(page)
    await picture(page, 'notice-desktop')
    equal(await accessible(page), [], 'axe')
    const sheet = await text(page, '.sheet')
    holds(sheet.includes(household.name) && sheet.includes('2022年8月10日至2022年8月15日') && sheet.includes(household.place.village), sheet)
    holds(!/\d{11}|\*{4}/.test(sheet), 'no number of anybody')
  })
}
