// Whole stories of steering: what if a line were another; where income came from; an assessment from trying its weights to an objection and the ranking.
import { accessible, equal, holds, login, picture, settled, visit } from './harness.js'

const number = (text) => Number(text.replace(/[^\d-]/g, ''))

export async function steeringFlows(tap, browser, address) {
  const people = {}
  const at = async (name, size) => {
    people[name] ??= await visit(browser, address, size)
    if (people[name].page.url() === 'about:blank') await login(people[name].page, name)
    return people[name].page
  }
  const flow = (name, run) =>
    tap.test(`steering: ${name}`, async () => {
      try {
        await run()
        for (const [who, one] of Object.entries(people)) equal(one.problems.splice(0), [], `console of ${who}`)
      } catch (problem) {
        for (const [who, one] of Object.entries(people)) await picture(one.page, `failed-steering-${name.replace(/\W+/g, '-').slice(0, 24)}-${who}`, false)
        throw problem
      }
    })
  const read = async (page, path) => (await page.request.get(`/api/v1${path}`)).json()
  /** What a person does, and the server's answer to it. */
  const answered = async (page, path, act, status = 200) => {
    const [answer] = await Promise.all([page.waitForResponse((one) => one.url().endsWith(path) && one.request().method() === 'POST'), act()])
    equal(answer.status(), status, await answer.text())
  }
  const figure = async (page, row, side) => number(await page.locator(`.figures tr.${row} td`).nth(side).locator('b').innerText())

  let link
  await flow('a slider moves, the list and its places follow, the address holds it all', async () => {
    const page = await at('county_bureau')
    await page.goto('/whatif?rule=key_household')
    await settled(page)
    const before = await figure(page, 'hits', 0)
    const box = page.getByRole('textbox', { name: '推演 重点户收入线' })
    await box.fill('1.3万')
    await box.press('Enter')
    await page.waitForFunction(() => new URLSearchParams(location.search).get('a.key_income_line') === '13000.00')
    await page.waitForFunction((was) => Number(document.querySelectorAll('.figures tr.hits b')[1].innerText.replace(/\D/g, '')) > was, before)
    const hits = await figure(page, 'hits', 1)
    const entering = await figure(page, 'entering', 1)
    equal(hits, before + entering, 'who is on the list afterwards')
    await page.locator('.figures tr.entering button').click()
    await page.waitForSelector('.el-drawer .names li')
    equal(await page.locator('.el-drawer .names li').count(), Math.min(50, entering), 'families that enter')
    await page.keyboard.press('Escape')
    // By keyboard, as a slider is.
    await page.getByRole('slider', { name: '推演 重点户增速线' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => Number(new URLSearchParams(location.search).get('a.key_growth_line')) > 0.055)
    await page.fill('input[placeholder="如 1000，或公式"]', '1000')
    await page.waitForSelector('.figures th:has-text("共需资金")')
    await page.fill('input[placeholder="如 50万"]', '1000')
    await page.waitForSelector('.figures td.short')
    await page.waitForFunction(() => new URLSearchParams(location.search).get('balance') === '1000')
    link = page.url()
    await picture(page, 'whatif-desktop')
    equal(await accessible(page), [], 'axe of the what-if')
  })

  await flow('a village opens the link and a note in its own scope', async () => {
    const bureau = await at('county_bureau')
    await bureau.locator('button', { hasText: '保存推演' }).click()
    await bureau.locator('.el-dialog input').fill('收入线提到 1.3 万')
    await bureau.locator('.el-dialog button[type=submit]').click()
    await bureau.waitForSelector('.el-message:has-text("推演已保存")')
    const all = await figure(bureau, 'hits', 1)
    const village = await at('village', 'phone')
    await village.goto(new URL(link).pathname + new URL(link).search)
    await settled(village)
    await village.waitForSelector('.figures tr.hits b')
    holds((await figure(village, 'hits', 1)) < all, 'a village sees its own families only')
    await village.goto('/whatif')
    await settled(village)
    await village.locator('button', { hasText: '保存的推演' }).click()
    await village.locator('.el-drawer button.title', { hasText: '收入线提到 1.3 万' }).click()
    await village.waitForFunction(() => new URLSearchParams(location.search).get('a.key_income_line') === '13000.00')
    equal(await accessible(village), [], 'axe of the what-if on a phone')
    await picture(village, 'whatif-phone')
  })

  await flow('where income fell: kinds, sources, families, one family, its ledger', async () => {
    const page = await at('township')
    await page.goto('/attribution?month=2022-09&direction=fell')
    await settled(page)
    const fell = number(await page.locator('.figures button').nth(1).locator('b').innerText())
    const total = await page.locator('tr.total .plain-button').first().innerText()
    equal(number(total), fell, 'families of the table')
    await page.locator('tr.kind .plain-button').first().click()
    await page.waitForSelector('.el-drawer table a')
    equal(await accessible(page), [], 'axe of attribution')
    await picture(page, 'attribution-families', false)
    await page.locator('.el-drawer table a').first().click()
    await page.waitForURL(/\/households\/\d+.*#attribution/)
    await page.waitForSelector('#attribution tr.total')
    const rows = page.locator('#attribution tr.source a').first()
    const amount = await page.locator('#attribution tr.source').first().locator('td').nth(2).innerText()
    await rows.click()
    await page.waitForURL(/\/registers\/income/)
    await settled(page)
    holds((await page.locator('table.data tbody tr').count()) > 0 || number(amount) === 0, 'the rows behind a source')
  })

  let run
  await flow('weights are tried, the scheme is adopted, and cannot be tried any more', async () => {
    const page = await at('county_bureau')
    await page.goto('/assessments/funds_performance/try')
    await settled(page)
    await page.waitForSelector('table tbody th')
    const boxes = page.locator('.columns input[inputmode=decimal]')
    await boxes.nth(0).fill('60')
    await boxes.nth(0).press('Tab')
    await page.waitForSelector('.notice:has-text("应为 100")')
    await boxes.nth(1).fill('10')
    await boxes.nth(1).press('Tab')
    await page.waitForSelector('.notice:has-text("应为 100")', { state: 'detached' })
    await page.waitForSelector('table[aria-busy=false] td.number')
    equal(await accessible(page), [], 'axe of trying')
    await picture(page, 'assessment-try-desktop')
    await page.goto('/assessments')
    await settled(page)
    for (const year of [2022, 2023, 2024]) {
      const card = page.locator('section.card', { has: page.locator('h2', { hasText: '衔接资金绩效评价' }) })
      await card.locator('button', { hasText: `采用为 ${year} 年方案` }).click()
      await page.locator('.el-message-box button', { hasText: '采用' }).click()
      await card.locator(`.chip:has-text("${year} 年已采用")`).first().waitFor()
      if (year === 2024) equal(await card.locator('a', { hasText: '试算分值' }).count(), 0, 'trying is gone')
    }
  })

  await flow('a run is made, reviewed, published; a township objects and is heard by somebody else; the ranking stands', async () => {
    const page = await at('county_bureau')
    const card = page.locator('section.card', { has: page.locator('h2', { hasText: '衔接资金绩效评价' }) })
    await card.locator('button', { hasText: '考核一次' }).click()
    await page.locator('.el-dialog .el-date-editor input').fill('2022-09')
    await page.keyboard.press('Enter')
    await page.locator('.el-dialog button[type=submit]').click()
    await page.waitForURL(/\/assessments\/runs\/\d+/)
    run = new URL(page.url()).pathname
    const id = run.split('/').at(-1)
    await settled(page)
    await picture(page, 'assessment-run-desktop')
    const township = await at('township')
    const own = (await read(township, '/session')).user.divisions[0]
    await township.goto(run)
    await township.waitForSelector('.card.broken')
    // An assessor gives one point by hand, with a reason; the others by the same interface.
    const assessor = await at('assessor')
    await assessor.goto(run)
    await settled(assessor)
    await assessor.locator('button', { hasText: '去评下一项' }).first().click()
    await assessor.locator('.el-drawer input').first().fill('999')
    await assessor.locator('.el-drawer textarea').first().fill('现场查看，资料齐全（合成）。')
    await assessor.locator('.el-drawer button[type=submit]').first().click()
    await assessor.waitForSelector('.el-drawer .notice.high:has-text("之间")')
    await assessor.locator('.el-drawer input').first().fill('20')
    await assessor.locator('.el-drawer button[type=submit]').first().click()
    await assessor.waitForSelector('.el-message:has-text("评分已保存")')
    await assessor.waitForSelector('.el-drawer h2:has-text("附件")')
    equal(await accessible(assessor), [], 'axe of a score')
    await picture(assessor, 'assessment-score', false)
    const csrf = (await read(assessor, '/session')).csrf
    for (const scored of (await read(assessor, `/assessments/runs/${id}`)).scored)
      for (const score of scored.scores.filter((one) => one.given === null)) {
        const made = await assessor.request.post('/api/v1/registers/assessment_review/records', { headers: { 'X-CSRF-Token': csrf }, data: { values: { run: Number(id), scored: scored.id, criterion: score.criterion, points: '15', reason: '现场查看（合成）' } } })
        equal(made.status(), 201, await made.text())
      }
    await page.reload()
    await settled(page)
    await page.locator('.page-header button', { hasText: '公布' }).click()
    await answered(page, '/publish', () => page.locator('.el-message-box button', { hasText: '公布' }).click())
    await page.waitForSelector('.page-header .chip:has-text("已公布")')
    // The township sees the ranking, opens its own points, objects to one.
    await township.reload()
    await settled(township)
    equal(await township.locator('tbody tr').count(), (await read(township, `/assessments/runs/${id}`)).scored.length, 'ranking')
    equal(await township.locator('tr.own th').innerText(), own.name, 'its own row')
    holds((await township.locator('tbody tr:not(.own) button').count()) === 0, "others' points do not open")
    await township.locator('tr.own button').last().click()
    await township.locator('.el-drawer textarea').fill('资金已于九月全部拨付，凭证见附件（合成）。')
    equal(await accessible(township), [], 'axe of objecting')
    await picture(township, 'assessment-objection', false)
    await township.locator('.el-drawer button', { hasText: '提出异议' }).click()
    await township.waitForURL(/\/cases\/objection\/\d+/)
    await township.waitForSelector('.page-header .chip.accent:has-text("待复核")')
    const objection = new URL(township.url()).pathname
    await township.goto(run)
    await settled(township)
    await township.locator('tr.own button').last().click()
    await township.waitForSelector('.el-drawer a:has-text("看这一项的异议")')
    equal(await township.locator('.el-drawer button', { hasText: '提出异议' }).count(), 0, 'once only')
    // Not closed before it is answered.
    await page.locator('.page-header button', { hasText: '办结' }).click()
    await page.locator('.el-message-box button', { hasText: '办结' }).click()
    await page.waitForSelector('.el-message:has-text("异议")')
    await page.goto(objection)
    await settled(page)
    await page.locator('.ways button', { hasText: '采纳异议' }).click()
    await page.fill('#field-awarded', '28')
    await page.fill('#field-answer', '情况属实，采纳（合成）。')
    await page.locator('.next form button[type=submit]').click()
    await page.waitForSelector('.page-header .chip.accent:has-text("采纳")')
    await page.goto(run)
    await settled(page)
    await page.locator('.page-header button', { hasText: '办结' }).click()
    await page.locator('.el-message-box button', { hasText: '办结' }).click()
    await page.waitForSelector('.page-header .chip:has-text("已办结")')
    const table = await read(page, `/assessments/runs/${id}`)
    const mine = table.scored.find((one) => one.id === own.code)
    equal(mine.scores.at(-1).given, '28', 'points after the objection')
    equal(await page.locator('.page-header button', { hasText: '办结' }).count(), 0, 'closed for good')
    equal(await accessible(page), [], 'axe of a closed run')
    await picture(page, 'assessment-closed-desktop')
    await township.goto(run)
    await settled(township)
    await picture(township, 'assessment-closed-township')
  })

  for (const one of Object.values(people)) await one.context.close()
}
