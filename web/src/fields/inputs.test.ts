// @vitest-environment happy-dom
// Every field type as a person meets it: what is typed becomes a value, what is not one stays as typed.
import { createPinia } from 'pinia'
import { afterEach, expect, it } from 'vitest'
import { createApp, h, nextTick, ref, type App } from 'vue'
import type { Field, FieldType, Value } from '@/api/types'
import { i18n } from '@/i18n'
import FieldInput from './FieldInput.vue'

let app: App | null = null
afterEach(() => {
  app?.unmount()
  document.body.replaceChildren()
})
const field = (type: FieldType, more: Partial<Field> = {}): Field => ({ name: 'f', label: { zh: '字段', en: 'Field' }, type, ...more })

async function show(of: Field, start: Value = null, fault?: string) {
  const value = ref<Value>(start)
  const root = document.body.appendChild(document.createElement('div'))
  app = createApp({ render: () => h(FieldInput, { field: of, modelValue: value.value, fault, 'onUpdate:modelValue': (now: Value) => (value.value = now) }) })
  app.use(createPinia()).use(i18n).mount(root)
  await nextTick()
  const type = async (text: string) => {
    const box = root.querySelector('input')!
    box.value = text
    box.dispatchEvent(new Event('input'))
    await nextTick()
    box.dispatchEvent(new FocusEvent('blur'))
    await nextTick()
    return box.value
  }
  return { value, root, type }
}

it.each<[FieldType, string, Value, string]>([
  ['int', '１２', 12, '12'],
  ['int', '1.5', '1.5', '1.5'],
  ['decimal', '3.50', '3.5', '3.5'],
  ['money', '1.2万', '12000.00', '12,000.00'],
  ['money', '一百', '一百', '一百'],
  ['ratio', '5.5', 0.055, '5.5'],
  ['text', '王家组', '王家组', '王家组'],
  ['text', '', null, ''],
])('%s: %s', async (type, typed, wanted, shown) => {
  const form = await show(field(type))
  expect(await form.type(typed)).toBe(shown)
  expect(form.value.value).toEqual(wanted)
})
it('bool has three answers', async () => {
  const form = await show(field('bool'))
  const radios = form.root.querySelectorAll<HTMLInputElement>('input[type=radio]')
  expect([...radios].map((one) => one.checked)).toEqual([false, false, true])
  radios[1]!.dispatchEvent(new Event('change'))
  expect(form.value.value).toBe(false)
})
it('a masked value stays until it is replaced, and can be taken back', async () => {
  const masked = { masked: '430421********1234' }
  const form = await show(field('text', { sensitive: 'identity' }), masked)
  expect(form.root.textContent).toContain('430421********1234')
  form.root.querySelector<HTMLButtonElement>('.masked button')!.click()
  await nextTick()
  expect(form.value.value).toBeNull()
  form.root.querySelector<HTMLButtonElement>('label button')!.click()
  expect(form.value.value).toEqual(masked)
})
it('ties the fault to its input', async () => {
  const form = await show(field('int', { required: true }), null, '必须填写')
  const box = form.root.querySelector('input')!
  expect(box.getAttribute('aria-describedby')).toBe('field-f-fault')
  expect(form.root.querySelector('#field-f-fault')?.textContent).toBe('必须填写')
  expect(form.root.querySelector('label')?.getAttribute('for')).toBe(box.id)
})
