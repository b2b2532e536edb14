import { expect, test } from 'vitest'
import { drawMap, type Geo } from './geo'

const square = (code: string, west: number): Geo['features'][number] => ({
  properties: { code },
  geometry: { type: 'Polygon', coordinates: [[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]] },
})

test('two squares beside one another fill the map, north up', () => {
  const drawing = drawMap({ features: [square('a', 10), square('b', 11)] })
  expect(drawing?.width).toBe(1000)
  expect(drawing?.height).toBe(500)
  expect(drawing?.areas.map((one) => [one.code, one.x, one.y])).toEqual([['a', 250, 250], ['b', 750, 250]])
  expect(drawing?.areas[0]?.path).toMatch(/^M0,500L/)
})
test('the name stands in the largest part; holes are cut out', () => {
  const drawing = drawMap({
    features: [
      {
        properties: { code: 'a' },
        geometry: {
          type: 'MultiPolygon',
          coordinates: [
            [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]],
            [[[5, 0], [9, 0], [9, 4], [5, 4], [5, 0]], [[6, 1], [7, 1], [7, 2], [6, 2], [6, 1]]],
          ],
        },
      },
    ],
  })
  expect(drawing?.areas[0]?.x).toBeGreaterThan(500)
  expect(drawing?.areas[0]?.path.match(/M/g)).toHaveLength(3)
})
test('a map without points is none', () => {
  expect(drawMap({ features: [] })).toBeNull()
})
