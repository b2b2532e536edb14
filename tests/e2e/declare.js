// A household declares on a phone, writes the receipt down, and asks what became of it; the village sees it.
import { freshFamily, stands, step } from './cases.js'
import { accessible, equal, holds, login, picture, settled, visit } from './harness.js'

// Invented, with the right check signs.
const IDENTITY = ['430421197001011015', '430421197001011023']
const numbers = '零 一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八'.split(' ')

function withCheck(number) {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const body = number.slice(0, 17)
  return body + '10X98765432'[weights.reduce((sum, weight, at) => sum + weight * Number(body[at]), 0) % 11]
}

function solve(question) {
  const [, first, sign, second] = /^(\S+?)(加|减)(\S+?)等于几？$/.exec(question)
  const [a, b] = [numbers.indexOf(first), numbers.indexOf(second)]
  return String(sign === '加' ? a + b : a - b)
}

async function fill(page, identity) {
  await page.fill('#name', '某某')
  await page.fill('#identity', identity)
  await page.fill('#phone', '13800000000')
  await page.selectOption('#risk', 'illness')
  await page.fill('#story', '母亲住院，自己付了三万多，借了钱。')
  await page.fill('#answer', solve(await page.locator('#question').innerText()))
}

async function narrow(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  holds(wide <= 0, `the page is ${wide} px wider than the screen`)
  equal(await accessible(page), [], 'axe')
}

export async function declare(tap, browser, { address }) {
  /** The village of the demonstration account. */
  const village = async () => {
    const { context, page } = await visit(browser, address)
    await login(page, 'village')
    const own = (await (await page.request.get('/api/v1/divisions')).json()).find((one) => one.level === 'village')
    await context.close()
    return (await (await fetch(`${address}/api/v1/declare?village=${own.code}`)).json()).villages[0]
  }
  await tap.test('declare: a household on a phone declares and asks what became of it', async () => {
    const { context, page, problems } = await visit(browser, address, 'phone')
    const own = await village()
    const loaded = []
    page.on('response', (response) => loaded.push(response.url()))
    await page.goto(`/declare?village=${own.code}`)
    await page.waitForSelector('form')
    holds(!loaded.some((url) => /index-.*\.js/.test(url)), 'nothing of the application is loaded')
    holds((await page.locator('.place').innerText()).includes(own.name), 'says the village')
    await narrow(page)
    await picture(page, 'declare-phone')
    await page.click('button[type=submit]')
    equal(await page.evaluate(() => document.activeElement.id), 'name', 'the first empty field has the focus')
    await fill(page, '430421197001011010')
    await page.click('button[type=submit]')
    await page.waitForSelector('#identity-fault:not(:empty)')
    await narrow(page)
    await picture(page, 'declare-fault-phone')
    const identity = withCheck(IDENTITY[0])
    await page.fill('#identity', identity)
    await page.fill('#answer', '99')
    await page.click('button[type=submit]')
    await page.waitForSelector('#answer-fault:not(:empty)')
    equal(await page.inputValue('#name'), '某某', 'what was typed stays')
    await page.fill('#answer', solve(await page.locator('#question').innerText()))
    await page.click('button[type=submit]')
    await page.waitForSelector('.receipt')
    const receipt = await page.locator('.receipt').innerText()
    await narrow(page)
    await picture(page, 'declare-done-phone')
    await page.click('a[href^="/declare/status"]')
    await page.fill('#receipt', receipt.toLowerCase())
    await page.fill('#identity', withCheck(IDENTITY[1]))
    await page.click('button[type=submit]')
    await page.waitForSelector('.said .fault')
    await page.fill('#identity', identity)
    await page.click('button[type=submit]')
    await page.waitForSelector('.said .state')
    holds((await page.locator('.said').innerText()).includes('已收到'), 'says how it stands')
    await narrow(page)
    await picture(page, 'declare-status-phone')
    const says = async (words) => {
      await page.click('button[type=submit]')
      await page.waitForSelector(`.said .state:has-text("${words}")`)
    }
    // The village sees it in its inbox, goes there, takes it up; the household reads each of it.
    const office = await visit(browser, address, 'phone')
    const desk = office.page
    await login(desk, 'village')
    const fields = (await (await desk.request.get('/api/v1/pack')).json()).registers.find((one) => one.name === 'declaration').fields
    await desk.goto('/cases?kind=mine&workflow=declaration')
    await settled(desk)
    await desk.locator('.cases a[href^="/cases/declaration/"]').first().click()
    await stands(desk, '待受理')
    holds(!(await desk.locator('main').innerText()).includes('母亲住院'), 'what was said is read on purpose only')
    await desk.locator('main :text("****") + button, main button:has-text("查看")').last().click()
    await desk.waitForSelector('main :text("母亲住院")')
    holds(!(await desk.locator('main').innerText()).includes(identity), 'the identity number is masked')
    await picture(desk, 'declaration-case-phone')
    equal(await accessible(desk), [], 'axe of the case')
    await step(desk, fields, '安排上门核实', {}, '上门核实中')
    await says('正在核实')
    await desk.locator('.ways button', { hasText: '受理，进入识别' }).click()
    const free = await freshFamily(browser, address, '4304219970000001')
    await desk.fill('#field-household', free.key)
    await desk.locator(`.el-select-dropdown:visible li:has-text("${free.key}")`).first().click()
    // The number declared is of no member of that household: the reason is asked for.
    await desk.locator('.next form button[type=submit]').click()
    await desk.waitForSelector('.next .notice.high, .next .fault')
    await picture(desk, 'declaration-other-number-phone')
    await desk.fill('#field-household_note', '证号填错，本人到场核对（合成）。')
    await desk.locator('.next form button[type=submit]').click()
    await stands(desk, '已受理，识别中')
    await says('已受理')
    const opened = (await (await desk.request.get('/api/v1/cases?kind=open&workflow=identification&limit=200')).json()).cases
    const clues = await Promise.all(opened.map(async (one) => (await (await desk.request.get(`/api/v1/workflows/identification/cases/${one.id}`)).json()).record.values))
    const clue = clues.find((one) => one.clue_receipt === receipt)
    equal([clue?.clue_source, clue?.clue_note.slice(0, 4)], ['declaration', '农户自主'], 'it is the clue of an identification')
    await desk.goto('/workflows/declaration')
    await settled(desk)
    const sheets = await desk.request.get(await desk.getAttribute('a:has-text("打印申报二维码")', 'href'))
    holds((await sheets.text()).includes(`/declare?village=${own.code}`), 'the sheet has the address of the page')
    await picture(desk, 'workflow-figures-phone')
    equal(await accessible(desk), [], 'axe of the workflow')
    equal(office.problems, [], 'console of the village')
    await office.context.close()
    equal(problems, [], 'console')
    await context.close()
  })
  await tap.test('declare: without a code one chooses the village; in English too', async () => {
    const { context, page, problems } = await visit(browser, address, 'phone')
    const own = await village()
    await page.goto('/declare')
    await page.waitForSelector('form')
    await page.selectOption('#township', own.township)
    await page.selectOption('#village', own.code)
    await page.click('header button')
    await page.waitForSelector('h1:has-text("Tell us your trouble")')
    await page.waitForSelector('form')
    equal(await page.evaluate(() => document.documentElement.lang), 'en')
    equal(await page.inputValue('#village'), own.code, 'the choice stays when the language changes')
    await narrow(page)
    await picture(page, 'declare-english-phone')
    equal(problems, [], 'console')
    await context.close()
  })
}
