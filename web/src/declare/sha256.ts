// SHA-256 (FIPS 180-4). The browser's own is missing on pages without TLS, and a county's network may have none.

const K = new Uint32Array(64)
const START = new Uint32Array(8)

// The constants are the first bits of the roots of primes, so they are computed rather than typed.
function fill(): void {
  let found = 0
  for (let candidate = 2; found < 64; candidate += 1) {
    let prime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) if (candidate % divisor === 0) prime = false
    if (!prime) continue
    const cube = Math.cbrt(candidate)
    K[found] = Math.floor((cube - Math.floor(cube)) * 4294967296)
    if (found < 8) {
      const square = Math.sqrt(candidate)
      START[found] = Math.floor((square - Math.floor(square)) * 4294967296)
    }
    found += 1
  }
}

function turn(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by))
}

function block(state: Uint32Array, view: DataView, at: number, w: Uint32Array): void {
  for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + 4 * i)
  for (let i = 16; i < 64; i += 1) {
    const a = w[i - 15] as number
    const b = w[i - 2] as number
    const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)
    const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0
  }
  let [a, b, c, d, e, f, g, h] = Array.from(state) as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i += 1) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  const sums = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i += 1) state[i] = ((state[i] as number) + (sums[i] as number)) | 0
}

export function sha256(text: string): Uint32Array {
  if (K[0] === 0) fill()
  const size = text.length // of ASCII
  const bytes = new Uint8Array(((size + 8) >> 6) * 64 + 64)
  for (let i = 0; i < size; i += 1) bytes[i] = text.charCodeAt(i)
  bytes[size] = 0x80
  const view = new DataView(bytes.buffer)
  view.setUint32(bytes.length - 4, size * 8)
  const state = START.slice()
  const w = new Uint32Array(64)
  for (let at = 0; at < bytes.length; at += 64) block(state, view, at, w)
  return state
}

/** The first number for which SHA-256 of "token:number" begins with so many zero bits (at most 32). It rests now and then, so that
 *  the page stays usable on a slow phone. */
export async function work(token: string, bits: number): Promise<string> {
  for (let number = 0; ; number += 1) {
    if ((sha256(token + ':' + number)[0] as number) >>> (32 - bits) === 0) return String(number)
    if (number % 500 === 499) await new Promise((resolve) => setTimeout(resolve, 0))
  }
}
