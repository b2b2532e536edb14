// @vitest-environment happy-dom
// Places on the pack's map where it has all of their borders, otherwise as tiles.
import { createPinia, setActivePinia } from 'pinia'
import { createApp, h, nextTick } from 'vue'
import { beforeEach, expect, test } from 'vitest'
import type { Geo } from '@/composables/geo'
import type { PlaceShade } from '@/composables/shades'
import { useMap } from '@/stores/map'
import PlaceMap from './PlaceMap.vue'

const pinia = createPinia()
const geo: Geo = {
  features: ['a', 'b'].map((code, at) => ({ properties: { code }, geometry: { type: 'Polygon', coordinates: [[[at, 0], [at + 1, 0], [at + 1, 1], [at, 1], [at, 0]]] } })),
}
const place = (code: string, value: number | null): PlaceShade => ({ code, name: `镇${code}`, value, text: value === null ? '未知' : String(value) })
let chosen: string[] = []

async function shown(places: PlaceShade[]) {
  const box = document.createElement('div')
  createApp({ render: () => h(PlaceMap, { places, label: '各地', onChoose: (code: string) => chosen.push(code) }) })
    .use(pinia)
    .mount(box)
  await nextTick()
  return box
}
beforeEach(() => {
  setActivePinia(pinia)
  chosen = []
  useMap().geo = geo
})

test('darker for more, each place with its name and figure, chosen by mouse and by keyboard', async () => {
  const box = await shown([place('a', 1), place('b', 9)])
  expect([...box.querySelectorAll('a path')].map((one) => one.getAttribute('class'))).toEqual(['step-0', 'step-4'])
  expect(box.querySelectorAll('a text')[1]?.textContent).toContain('镇b')
  box.querySelectorAll('a')[0]?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
  box.querySelectorAll('a')[1]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  expect(chosen).toEqual(['a', 'b'])
})
test('what is not known has no shade; borders of places that are not asked about stay empty', async () => {
  const box = await shown([place('a', null)])
  expect(box.querySelectorAll('a path.none')).toHaveLength(1)
  expect(box.querySelectorAll('path.outside')).toHaveLength(1)
})
test('tiles where the pack has no map, or not of these places', async () => {
  expect((await shown([place('a', 1), place('c', 2)])).querySelectorAll('.tiles button')).toHaveLength(2)
  useMap().geo = null
  expect((await shown([place('a', 1)])).querySelectorAll('.tiles button')).toHaveLength(1)
})
