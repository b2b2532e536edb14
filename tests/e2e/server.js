// The real server on a small synthetic county, made by the program itself. The county is kept beside the program until that is built anew;
// every run works on a copy.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
export const PASSWORD = 'synthetic-Pass-1'
export const AS_OF = '2022-09-30'
const program = process.env.ZENGSHOU ?? at('build/release/zengshou')
const pack = at('packs/hengyang-2022')

export const call = (...words) => execFileSync(program, words, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] })

function makeCounty(folder, households) {
  const database = join(folder, 'county.db')
  const made = JSON.parse(call('demo', '--pack', pack, '--out', join(folder, 'sheets'), '--households', String(households), '--seed', '7', '--as-of', AS_OF, '--json'))
  call('init', '--db', database, '--pack', pack)
  for (const { feed, path } of made.files) call('import', '--db', database, feed, path, '--errors', join(folder, 'refused.xlsx'))
  call('screen', '--db', database, '--as-of', AS_OF)
  execFileSync(program, ['user', 'demo', '--db', database, '--password-stdin'], { input: `${PASSWORD}\n`, stdio: ['pipe', 'ignore', 'inherit'] })
  writeFileSync(join(folder, 'files.json'), JSON.stringify(made.files.map((file) => ({ ...file, path: join('sheets', basename(file.path)) }))))
}

/** The folder of the county of the present program: county.db, sheets/ and files.json. */
function county(households) {
  const place = join(dirname(program), `e2e-county-${households}`)
  const stamp = String(statSync(program).mtimeMs)
  if (existsSync(join(place, 'stamp')) && readFileSync(join(place, 'stamp'), 'utf8') === stamp) return place
  const made = `${place}.new`
  rmSync(made, { recursive: true, force: true })
  mkdirSync(made)
  makeCounty(made, households)
  writeFileSync(join(made, 'stamp'), stamp)
  rmSync(place, { recursive: true, force: true })
  renameSync(made, place)
  return place
}

/** Starts the server on a copy of the county. `folder` holds the sheets too: files.json tells which is which. */
export async function startServer(households = 400) {
  const folder = mkdtempSync(join(tmpdir(), 'zengshou-e2e-'))
  const from = county(households)
  for (const name of readdirSync(from)) cpSync(join(from, name), join(folder, name), { recursive: true })
  return serve(folder)
}

/** The server on a folder; on another day than today's with `today`. `stop(true)` leaves the folder, to be served again. */
export async function serve(folder, today = '') {
  process.env.ZENGSHOU_E2E_DATABASE = join(folder, 'county.db')
  const words = ['serve', '--db', join(folder, 'county.db'), '--web', at('build/web'), '--listen', '127.0.0.1:0', '--json']
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...(today ? { ZENGSHOU_TODAY: today } : {}) } })
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line).address.replace(/\/$/, '')))
    child.once('exit', (status) => reject(new Error(`the server did not start: status ${status}`)))
  })
  const stop = (keep = false) =>
    new Promise((resolve) => {
      child.once('exit', (status) => {
        if (!keep) rmSync(folder, { recursive: true, force: true })
        resolve(status)
      })
      child.kill('SIGTERM')
    })
  return { address, folder, stop }
}
