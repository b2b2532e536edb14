// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { holdTheme, setTheme, theme } from './theme'

const dark = () => document.documentElement.classList.contains('dark')

test('a choice is shown and remembered; what is no theme changes nothing', () => {
  setTheme('dark')
  expect([theme.value, dark(), localStorage.getItem('zengshou.theme')]).toEqual(['dark', true, 'dark'])
  setTheme('purple')
  expect(theme.value).toBe('dark')
  setTheme('light')
  expect([theme.value, dark()]).toEqual(['light', false])
})
test('a page that is made for the dark holds it while it is open', () => {
  setTheme('light')
  holdTheme('dark')
  expect([theme.value, dark(), localStorage.getItem('zengshou.theme')]).toEqual(['dark', true, 'light'])
  holdTheme(null)
  expect(dark()).toBe(false)
})
