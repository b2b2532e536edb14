// Every page at both sizes: no fault on the console, nothing wider than the screen, clean under axe, and a picture.
import { accessible, equal, holds, login, picture, settled, visit } from './harness.js'

const PAGES = [
  ['workbench', '/'],
  ['dashboard', '/dashboard'],
  ['indicators', '/indicators'],
  ['indicator', '/indicators/medical_insured'],
  ['indicator-reported', '/indicators/crop_variety_coverage'],
  ['tasks', '/tasks'],
  ['task', '/tasks?clause=三(五)15'],
  ['units', '/tasks?view=units'],
  ['unit', '/units/county_labour'],
  ['registers', '/registers'],
  ['records', '/registers/household'],
  ['records-filtered', '/registers/income?f.wheel=wage&f.amount.from=1000&sort=-amount'],
  ['records-empty', '/registers/household?q=zzz'],
  ['record', '/registers/person/1'],
  ['record-edit', '/registers/person/1/edit'],
  ['household', '/households/7'],
  ['household-edit', '/registers/household/7/edit'],
  ['plan', '/households/7/plan'],
  ['cases', '/cases'],
  ['workflows', '/workflows'],
  ['workflow', '/workflows/identification'],
  ['monitoring', '/monitoring'],
  ['rule', '/monitoring/key_household'],
  ['rule-undetermined', '/monitoring/key_household?state=undetermined'],
  ['whatif', '/whatif'],
  ['attribution', '/attribution'],
  ['assessments', '/assessments'],
  ['assessment-try', '/assessments/township_work/try'],
  ['dispatch', '/dispatch'],
  ['parameters', '/parameters'],
  ['bulletins', '/bulletins'],
  ['bulletin-dispatch', '/bulletins?kind=dispatch_table'],
  ['imports', '/imports'],
  ['jobs', '/jobs'],
  ['users', '/users'],
  ['audit', '/audit'],
  ['account', '/account'],
  ['lost', '/nowhere'],
]
// Their parts are seen on a phone on other pages.
const DESKTOP_ONLY = ['records-filtered', 'records-empty', 'household-edit', 'rule-undetermined', 'lost', 'registers', 'indicator-reported', 'units']

async function look(page, problems, name) {
  await settled(page)
  await picture(page, name)
  equal(await page.locator('.card.broken').count(), 0, 'parts that could not be loaded')
  equal(await accessible(page), [], 'axe')
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  holds(wide <= 0, `the page is ${wide} px wider than the screen`)
  equal(problems.splice(0), [], 'console')
}
export async function pages(tap, browser, address) {
  for (const size of ['desktop', 'phone']) {
    const stranger = await visit(browser, address, size)
    await tap.test(`page login ${size}`, async () => {
      await stranger.page.goto('/login')
      await look(stranger.page, stranger.problems, `login-${size}`)
    })
    await stranger.context.close()
    const { context, page, problems } = await visit(browser, address, size)
    await login(page)
    for (const [name, path] of size === 'phone' ? PAGES.filter(([one]) => !DESKTOP_ONLY.includes(one)) : PAGES)
      await tap.test(`page ${name} ${size}`, async () => {
        await page.goto(path)
        await look(page, problems, `${name}-${size}`)
      })
    await context.close()
  }
  const dark = await visit(browser, address, 'desktop', 'zh', 'dark')
  await login(dark.page)
  for (const [name, path] of PAGES.filter(([one]) => !DESKTOP_ONLY.includes(one)))
    await tap.test(`page ${name} dark`, async () => {
      await dark.page.goto(path)
      await look(dark.page, dark.problems, `${name}-dark`)
    })
  await dark.context.close()
  const english = await visit(browser, address, 'desktop', 'en')
  await login(english.page)
  for (const [name, path] of PAGES.filter(([one]) => ['workbench', 'dashboard', 'indicator', 'tasks', 'records', 'household', 'monitoring'].includes(one)))
    await tap.test(`page ${name} in English`, async () => {
      await english.page.goto(path)
      await look(english.page, english.problems, `${name}-english`)
      equal((await english.page.evaluate(() => document.documentElement.lang)), 'en')
    })
  await english.context.close()
}
