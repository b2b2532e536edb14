// The office's documents in the browser: chosen, looked at, printed, taken along, and opened by another program.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessible, equal, holds, picture, settled } from './harness.js'

const text = (page, selector) => page.locator(selector).first().innerText()

/** A document as LibreOffice shows it on paper. */
function onPaper(file, folder) {
  execFileSync('soffice', [`-env:UserInstallation=file://${folder}/profile`, '--headless', '--convert-to', 'pdf', '--outdir', folder, file], { stdio: 'ignore' })
  return execFileSync('pdftotext', ['-layout', file.replace(/\.docx$/, '.pdf'), '-'], { encoding: 'utf8' })
}
async function take(page, format, folder) {
  await page.click(`button:has-text("${format}")`)
  await page.waitForSelector('a[href$="/file"]')
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="/file"]')])
  const place = join(folder, file.suggestedFilename())
  await file.saveAs(place)
  return place
}

export async function bulletinFlows(flow) {
  await flow('a bulletin is chosen, printed, downloaded and opened', 'township', async (page) => {
    const folder = mkdtempSync(join(tmpdir(), 'zengshou-bulletin-'))
    try {
      await page.click('nav a:has-text("简报公文")')
      await settled(page)
      const place = (await (await page.request.get('/api/v1/session')).json()).user.divisions[0].name
      holds((await text(page, '.letter h1')).includes(place), 'a township gets its own')
      await page.click('.kind')
      await page.click('.el-select-dropdown:visible li:has-text("乡镇工作排名")')
      await page.waitForURL(/kind=township_ranking/)
      await settled(page)
      await page.waitForSelector('.letter h1:has-text("排名")')
      await picture(page, 'bulletin-ranking-desktop')
      equal(await accessible(page), [], 'axe')
      const pdf = await page.pdf({ preferCSSPageSize: true })
      holds(/\/MediaBox\s*\[\s*0 0 59[45]/.test(pdf.toString('latin1')), 'A4')
      const ranked = (await text(page, '.letter tbody tr >> nth=0')).split(/\s+/)[1]
      const letter = await take(page, 'DOCX', folder)
      holds(letter.includes(place) && letter.endsWith('-2022-09.docx'), letter)
      const paper = onPaper(letter, folder).replace(/\s+/g, '')
      holds(paper.includes('一、综合排名') && paper.includes(ranked) && paper.includes('2022年9月30日'), 'what stands on paper')
      const book = await take(page, 'XLSX', folder)
      equal(readFileSync(book).subarray(0, 2).toString(), 'PK', 'a workbook')
      await page.goto('/bulletins?kind=monitoring_brief&month=2022-08')
      await settled(page)
      holds((await text(page, '.letter')).includes('2022年8月31日'), 'another month')
      await page.goto('/bulletins?kind=monitoring_brief&month=2031-08')
      await page.waitForSelector('.card.broken:has-text("不在计划年份")')
      await page.goto('/bulletins?kind=monitoring_brief&division=430421')
      await page.waitForSelector('.card.broken:has-text("不在您的范围内")')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
  await flow('a household’s archive is opened from its page', 'village', async (page) => {
    const [family] = (await (await page.request.get('/api/v1/registers/household/records?limit=1')).json()).records
    await page.goto(`/households/${family.id}`)
    await settled(page)
    await page.click('.page-header a:has-text("一户一档")')
    await page.waitForSelector('.letter h1:has-text("帮扶档案")')
    await settled(page)
    await picture(page, 'archive-desktop')
    equal(await accessible(page), [], 'axe')
    const archive = await text(page, '.letter')
    holds(archive.includes(family.name) && archive.includes('家庭成员'), 'who it is about')
    holds(!/\d{17}[\dX]/.test(archive), 'no identity number in the clear')
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, 'archive-phone')
    equal(await accessible(page), [], 'axe on a phone')
    equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, 'width')
  })
}
