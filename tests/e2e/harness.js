// A browser, and TAP: tests are functions that throw. The server is in server.js.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { at, PASSWORD } from './server.js'

const fromWeb = createRequire(at('web/package.json'))
const { chromium } = fromWeb('playwright-core')
const axe = fromWeb.resolve('axe-core/axe.min.js')

export const SIZES = { desktop: { width: 1366, height: 768 }, wall: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } }
export const built = at('build/web/')
const pictures = at('build/screenshots/')
mkdirSync(pictures, { recursive: true })

export const startBrowser = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] })

/** A person at a browser: a page of its own session that remembers what went wrong in it. */
export async function visit(browser, address, size = 'desktop', language = 'zh', theme = 'light') {
  const context = await browser.newContext({ viewport: SIZES[size], baseURL: address, reducedMotion: 'reduce', colorScheme: theme, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', hasTouch: size === 'phone' })
  if (language === 'en') await context.addInitScript(() => localStorage.setItem('zengshou.language', 'en'))
  const page = await context.newPage()
  page.setDefaultTimeout(10000)
  const problems = []
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // A refused request is something the flows ask for; a breach of the security policy or a Vue warning never is.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) problems.push(`console: ${message.text()}`)
  })
  return { context, page, problems }
}
export async function login(page, name = 'county_admin', path = '/') {
  await page.goto(path)
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.click('button[type=submit]')
  await page.waitForURL((url) => url.pathname !== '/login')
}
export async function settled(page) {
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => !document.querySelector('.card[aria-busy=true]'))
}
export const picture = (page, name, full = true) => page.screenshot({ path: `${pictures}${name}.png`, fullPage: full })

export async function accessible(page) {
  // Injected through the debugger, which the page's own policy does not bind.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(readFileSync(axe, 'utf8'))
  // A colour on its way from disabled to enabled is none of the page's.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished)))
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return found.violations.map((one) => `${one.id}: ${one.help}\n    ${one.nodes.slice(0, 4).map((node) => `${node.target.join(' ')}: ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`).join('\n    ')}`)
}
export function equal(found, wanted, what = '') {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what} expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`)
}
export function holds(condition, what) {
  if (!condition) throw new Error(what)
}

export class Tap {
  count = 0
  failed = 0
  constructor(words) {
    this.words = words
  }
  async test(name, run) {
    if (this.words.length > 0 && !this.words.some((word) => name.includes(word))) return
    this.count++
    try {
      await run()
      console.log(`ok ${this.count} - ${name}`)
    } catch (problem) {
      this.failed++
      console.log(`not ok ${this.count} - ${name}`)
      console.log(String(problem?.stack ?? problem).replace(/^/gm, '  # '))
    }
  }
  end() {
    console.log(`1..${this.count}`)
    return this.failed > 0 ? 1 : 0
  }
}
