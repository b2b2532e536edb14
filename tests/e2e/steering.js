// Whole stories of steering: what if a line were another; where income came from; an assessment from trying its weights to an objection and the ranking.
import { accessible, equal, holds, login, picture, settled, visit } from './harness.js'

const number = (text) => Number(text.replace(/[^\d-]/g, ''))

export async function steeringFlows(tap, browser, server, serve) {
  const { address } = server
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

  await flow('a village opens the link in its own scope, not the note', async () => {
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
    // What a bureau keeps is its own and the county's; the link is what it shares.
    equal((await read(village, '/whatif/notes')).length, 0, 'notes of the bureau')
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
      for (const score of scored.scores.filter((one) => one.given === null && !one.spared)) {
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
    await township.waitForSelector('.el-drawer button[type=submit]:not(.is-disabled)')
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
    // Nor while somebody may still object: it is closed on a later day, which the server alone knows.
    await page.goto(run)
    await settled(page)
    await page.locator('.page-header button', { hasText: '办结' }).click()
    await page.locator('.el-message-box button', { hasText: '办结' }).click()
    await page.waitForSelector('.el-message:has-text("异议期到")')
    const later = await serve(server.folder, new Date(Date.now() + 9 * 86400e3).toISOString().slice(0, 10))
    const closing = await visit(browser, later.address)
    await login(closing.page, 'county_bureau')
    await closing.page.goto(run)
    await settled(closing.page)
    await closing.page.locator('.page-header button', { hasText: '办结' }).click()
    await closing.page.locator('.el-message-box button', { hasText: '办结' }).click()
    await closing.page.waitForSelector('.page-header .chip:has-text("已办结")')
    await closing.context.close()
    await later.stop(true)
    await page.goto(run)
    await settled(page)
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

  const MONTH = '/dispatch?month=2022-09'
  const row = (page, words) => page.locator('.sheet tbody tr', { hasText: words }).first()
  const evidence = async (page, of) => {
    await of.locator('button', { hasText: '附件' }).click()
    await page.locator('.el-drawer input[type=file]').last().setInputFiles({ name: '统计表.txt', mimeType: 'text/plain', buffer: Buffer.from('合成的统计表') })
    await page.waitForSelector('.el-drawer .files li')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.el-drawer .files', { state: 'hidden' })
  }
  let returned
  await flow('a month is opened, a unit fills its sheet, each row says how it went', async () => {
    const bureau = await at('county_bureau')
    await bureau.goto(MONTH)
    await settled(bureau)
    await bureau.locator('.page-header button', { hasText: '发起本月调度' }).click()
    await answered(bureau, '/dispatch', () => bureau.locator('.el-message-box button', { hasText: '发起' }).click())
    await bureau.waitForSelector('table tbody tr')
    equal(await accessible(bureau), [], 'axe of the round')
    const page = await at('department')
    const unit = (await read(page, '/session')).user.unit.name
    const own = (await read(page, '/dispatch?month=2022-09')).reports.filter((one) => one.unit.name === unit)
    await page.goto(MONTH)
    await settled(page)
    await page.locator('.page-header a', { hasText: '填报' }).click()
    await page.waitForSelector('.sheet textarea')
    equal(await page.locator('.sheet tbody tr').count(), own.length, 'rows of the sheet')
    // By keyboard: Enter goes to the row below, and what was left is saved.
    const first = page.locator('.sheet textarea').first()
    await first.fill('按计划推进（合成）。')
    await first.press('Enter')
    await page.waitForFunction(() => document.activeElement?.dataset?.cell?.startsWith('1-') || document.activeElement?.dataset?.cell?.match(/^[2-9]-/))
    await page.waitForSelector('.sheet tr.kept')
    equal(await accessible(page), [], 'axe of the sheet')
    await picture(page, 'dispatch-fill-desktop')
    for (const report of own) {
      const of = row(page, report.label.zh)
      if (report.kind === 'figure') {
        await of.locator('input').fill('9999')
        await of.locator('input').press('Tab')
        await of.locator('textarea').first().fill('据各乡镇统计（合成）。')
        await of.locator('button', { hasText: '上报' }).click()
        await page.waitForSelector('.sheet tr.wrong')
        await evidence(page, of)
        await of.locator('input').fill(report.measure === '%' ? '98.5' : '12')
        await of.locator('input').press('Tab')
      } else await of.locator('textarea').first().fill(`${report.label.zh}进展顺利（合成）。`)
    }
    await page.locator('.page-header button', { hasText: '全部上报' }).click()
    await page.waitForFunction((n) => document.querySelectorAll('.sheet tr.sent').length === n, own.length)
    await picture(page, 'dispatch-sent-desktop')
  })

  await flow('what goes to the bureau is accepted, or sent back and filled in again', async () => {
    const bureau = await at('county_bureau')
    const page = await at('department')
    const unit = (await read(page, '/session')).user.unit.name
    const handed = (await read(bureau, '/dispatch?month=2022-09')).reports.filter((one) => one.unit.name === unit && one.state.name === 'deciding')
    holds(handed.length > 1, 'reports of what the unit leads')
    ;[returned] = handed
    await bureau.goto(`/cases/dispatch/${returned.id}`)
    await settled(bureau)
    await bureau.locator('.ways button', { hasText: '退回重报' }).click()
    await bureau.fill('.next textarea >> nth=-1', '请写明完成数（合成）。')
    await bureau.locator('.next form button[type=submit]').click()
    await bureau.waitForSelector('.page-header .chip.accent:has-text("待报")')
    await page.goto('/dispatch/fill?month=2022-09')
    await page.waitForSelector('.sheet textarea')
    const of = row(page, returned.label.zh)
    await of.locator('textarea').first().fill('完成一百二十人（合成）。')
    await of.locator('button', { hasText: '上报' }).click()
    await page.waitForSelector('.sheet tr.sent')
    for (const one of [returned, handed[1]]) {
      await bureau.goto(`/cases/dispatch/${one.id}`)
      await settled(bureau)
      await bureau.locator('.ways button', { hasText: '审核采用' }).click()
      await bureau.locator('.next form button[type=submit]').click()
      await bureau.waitForSelector('.page-header .chip.accent:has-text("已采用")')
    }
    await bureau.goto(MONTH)
    await settled(bureau)
    equal(number(await bureau.locator('.figures .card').nth(2).locator('b').innerText()), 2, 'accepted')
    await picture(bureau, 'dispatch-desktop')
  })

  await flow('a township disputes a computed figure on a phone; somebody else answers', async () => {
    const { context, page, problems } = await visit(browser, address, 'phone')
    await login(page, 'township', '/dispatch/fill?month=2022-09')
    await page.locator('button', { hasText: '对这个数有异议' }).first().click()
    await page.locator('.el-dialog textarea').fill('有三户已搬出，名单没有更新（合成）。')
    await page.waitForSelector('.el-dialog button[type=submit]:not(.is-disabled)')
    equal(await accessible(page), [], 'axe of disputing')
    await picture(page, 'dispatch-dispute-phone', false)
    await page.locator('.el-dialog button[type=submit]').click()
    await page.waitForURL(/\/cases\/dispute\/\d+/)
    await page.waitForSelector('.page-header .chip.accent:has-text("待核实答复")')
    equal(problems.splice(0), [], 'console')
    await context.close()
  })

  await flow('what was tried becomes a parameter, when somebody else approves', async () => {
    const bureau = await at('county_bureau')
    await bureau.goto('/whatif?rule=key_household&a.key_income_line=13000.00')
    await settled(bureau)
    await bureau.waitForSelector('.figures tr.hits b')
    const tried = await figure(bureau, 'hits', 1)
    await bureau.locator('.page-header button', { hasText: '提议修改参数' }).click()
    await bureau.locator('.el-dialog .el-date-editor input').fill('2022-09-01')
    await bureau.keyboard.press('Enter')
    await bureau.locator('.el-dialog textarea').fill('省里参考线提高（合成）。')
    await bureau.waitForSelector('.el-dialog button[type=submit]:not(.is-disabled)')
    equal(await accessible(bureau), [], 'axe of proposing')
    await picture(bureau, 'whatif-propose', false)
    await bureau.locator('.el-dialog button[type=submit]').click()
    await bureau.waitForURL(/\/cases\/parameter_change\/\d+/)
    await bureau.waitForSelector('.page-header .chip.accent:has-text("待审批")')
    const proposal = new URL(bureau.url()).pathname
    const admin = await at('county_admin')
    await admin.goto(proposal)
    await settled(admin)
    await admin.locator('.ways button', { hasText: '批准执行' }).click()
    await admin.fill('#field-decision_note', '同意（合成）。')
    await admin.locator('.next form button[type=submit]').click()
    await admin.waitForSelector('.page-header .chip.accent:has-text("已批准执行")')
    await bureau.goto('/whatif?rule=key_household')
    await settled(bureau)
    await bureau.waitForSelector('.lever:has-text("现行 13,000元")')
    equal(await figure(bureau, 'hits', 0), tried, 'what was tried is now how it is')
  })

  await flow('the same pages on a phone', async () => {
    for (const [who, name, path] of [
      ['township', 'assessment', run],
      ['township', 'assessment-year', '/assessments/funds_performance/years/2022'],
      ['department', 'dispatch', MONTH],
      ['department', 'dispatch-fill', '/dispatch/fill?month=2022-09'],
      ['township', 'attribution', '/attribution?month=2022-09'],
    ]) {
      const { context, page, problems } = await visit(browser, address, 'phone')
      await login(page, who, path)
      await page.waitForSelector('h1')
      await settled(page)
      await picture(page, `${name}-phone`)
      equal(await page.locator('.card.broken').count(), 0, `parts of ${name} that could not be loaded`)
      equal(await accessible(page), [], `axe of ${name}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      holds(wide <= 0, `${name} is ${wide} px wider than the screen`)
      equal(problems.splice(0), [], `console of ${name}`)
      await context.close()
    }
  })

  for (const one of Object.values(people)) await one.context.close()
}
