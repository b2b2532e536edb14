// Runs everything; see README.md.
import { budget } from './budget.js'
import { flows } from './flows.js'
import { startBrowser, startServer, Tap } from './harness.js'
import { pages } from './pages.js'

const tap = new Tap(process.argv.slice(2))
const server = await startServer()
const browser = await startBrowser()
try {
  await budget(tap, browser, server.address)
  await flows(tap, browser, server.address)
  await pages(tap, browser, server.address)
} finally {
  await browser.close()
  server.stop()
}
process.exitCode = tap.end()
