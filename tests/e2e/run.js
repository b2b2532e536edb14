// Runs everything; see README.md.
import { budget } from './budget.js'
import { caseFlows, overdueFlow } from './cases.js'
import { declare } from './declare.js'
import { flows } from './flows.js'
import { equal, startBrowser, Tap } from './harness.js'
import { pages } from './pages.js'
import { progress } from './progress.js'
import { serve, startServer } from './server.js'
import { steeringFlows } from './steering.js'

const tap = new Tap(process.argv.slice(2))
const server = await startServer()
const browser = await startBrowser()
try {
  await budget(tap, browser, server.address)
  await flows(tap, browser, server)
  // A county of their own: the screenings of the other flows open cases that would be in their way.
  const fresh = await startServer()
  try {
    await caseFlows(tap, browser, fresh.address)
    await steeringFlows(tap, browser, fresh, serve)
    await declare(tap, browser, fresh)
  } catch (problem) {
    await fresh.stop()
    throw problem
  }
  await overdueFlow(tap, browser, fresh, serve)
  await progress(tap, browser, server.address)
  await pages(tap, browser, server.address)
} finally {
  await browser.close()
  const status = await server.stop()
  await tap.test('the server stops cleanly', () => equal(status, 0, 'status'))
}
process.exitCode = tap.end()
