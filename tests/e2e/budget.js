// What the first load costs, counted as it travels compressed; each page's code comes when it is opened.
import { readFileSync, existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { built, holds, login, settled, visit } from './harness.js'

const MOST = 600 * 1000

export async function budget(tap, browser, address) {
  await tap.test('budget: login and workbench load at most 600 kB of gzipped JavaScript', async () => {
    const { context, page } = await visit(browser, address)
    const scripts = new Set()
    page.on('response', (response) => response.url().endsWith('.js') && scripts.add(new URL(response.url()).pathname))
    await login(page)
    await settled(page)
    const size = [...scripts].reduce((sum, path) => sum + gzipSync(readFileSync(built + path)).length, 0)
    await context.close()
    console.log(`# ${scripts.size} scripts, ${size} bytes gzipped`)
    holds(size <= MOST, `${size} bytes`)
    holds(![...scripts].some((path) => /Chart|DatePicker/.test(path)), 'charts and calendars are not part of the first load')
    holds([...scripts].every((path) => readFileSync(built + path).length < 256 || (existsSync(`${built}${path}.br`) && existsSync(`${built}${path}.gz`))), 'compressed forms stand beside each file')
  })
}
