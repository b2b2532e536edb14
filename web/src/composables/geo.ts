// Borders on the earth to paths on a page: equirectangular about the middle of the map, which no eye tells from anything better over a county.
export type Ring = [number, number][]
export interface Geo {
  features: { properties: { code: string }; geometry: { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] } }[]
}
export interface Area {
  code: string
  path: string
  /** Where its name stands. */
  x: number
  y: number
}
export interface Drawing {
  width: number
  height: number
  areas: Area[]
}

const LONG_SIDE = 1000

const ringsOf = (feature: Geo['features'][number]): Ring[][] => (feature.geometry.type === 'Polygon' ? [feature.geometry.coordinates] : feature.geometry.coordinates)

/** Twice the area, with the sign of the turn. */
const turn = (ring: Ring) => ring.reduce((sum, [x, y], index) => sum + x * (ring[(index + 1) % ring.length]?.[1] ?? y) - (ring[(index + 1) % ring.length]?.[0] ?? x) * y, 0)

function centre(ring: Ring): [number, number] {
  const whole = turn(ring)
  if (whole === 0) return ring[0] ?? [0, 0]
  let x = 0
  let y = 0
  ring.forEach((at, index) => {
    const next = ring[(index + 1) % ring.length] ?? at
    const cross = at[0] * next[1] - next[0] * at[1]
    x += (at[0] + next[0]) * cross
    y += (at[1] + next[1]) * cross
  })
  return [x / (3 * whole), y / (3 * whole)]
}

export function drawMap(geo: Geo): Drawing | null {
  const points = geo.features.flatMap((one) => ringsOf(one).flat(2))
  if (points.length === 0) return null
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [longitude, latitude] of points) {
    west = Math.min(west, longitude)
    east = Math.max(east, longitude)
    south = Math.min(south, latitude)
    north = Math.max(north, latitude)
  }
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const size = Math.max((east - west) * squeeze, north - south)
  if (!(size > 0)) return null
  const scale = LONG_SIDE / size
  const place = ([longitude, latitude]: [number, number]): [number, number] => [(longitude - west) * squeeze * scale, (north - latitude) * scale]
  const tenth = (value: number) => String(Math.round(value * 10) / 10)
  const areas = geo.features.map((feature): Area => {
    const polygons = ringsOf(feature).map((rings) => rings.map((ring) => ring.map(place)))
    const path = polygons.flat().map((ring) => `M${ring.map(([x, y]) => `${tenth(x)},${tenth(y)}`).join('L')}Z`).join('')
    const largest = polygons.map((rings) => rings[0] ?? []).sort((a, b) => Math.abs(turn(b)) - Math.abs(turn(a)))[0] ?? []
    const [x, y] = centre(largest)
    return { code: feature.properties.code, path, x: Math.round(x), y: Math.round(y) }
  })
  return { width: Math.max(1, Math.round((east - west) * squeeze * scale)), height: Math.max(1, Math.round((north - south) * scale)), areas }
}
