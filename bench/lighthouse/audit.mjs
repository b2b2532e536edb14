// Lighthouse's scores of one page as one line of JSON: node audit.mjs URL COOKIE FORM. COOKIE may be empty; FORM is desktop or mobile.
import { launch } from 'chrome-launcher'
import lighthouse, { desktopConfig } from 'lighthouse'

const [url, cookie, form] = process.argv.slice(2)
const categories = ['performance', 'accessibility', 'best-practices']
const chrome = await launch({ chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'] })
try {
  const options = { port: chrome.port, onlyCategories: categories, extraHeaders: cookie ? { Cookie: cookie } : {}, logLevel: 'error' }
  const { lhr } = await lighthouse(url, options, form === 'desktop' ? desktopConfig : undefined)
  const scores = Object.fromEntries(categories.map((name) => [name, Math.round((lhr.categories[name].score ?? 0) * 100)]))
  const failed = Object.values(lhr.audits)
    .filter((audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== 'informative')
    .map((audit) => `${audit.id}${audit.displayValue ? ` (${audit.displayValue})` : ''}`)
  const interactive = Math.round(lhr.audits.interactive?.numericValue ?? 0)
  console.log(JSON.stringify({ scores, interactive, shown: lhr.finalDisplayedUrl, error: lhr.runtimeError?.message, failed }))
} finally {
  chrome.kill()
}
