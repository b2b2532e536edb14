// Test support: see README.md.
import { fileURLToPath } from 'node:url'
import { listen } from './http.js'
import './records.js'
import './jobs.js'
import './pages.js'
import { sessionOf } from './users.js'

const server = await listen({
  port: Number(process.env.PORT ?? 8471),
  folder: fileURLToPath(new URL('../../build/web/', import.meta.url)),
  sessionOf,
})
console.log(`http://127.0.0.1:${server.address().port}/`)
