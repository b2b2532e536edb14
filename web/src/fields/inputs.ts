import { defineAsyncComponent, type Component } from 'vue'
import type { FieldType } from '@/api/types'
import boolInput from './bool/Input.vue'
import decimalInput from './decimal/Input.vue'
import intInput from './int/Input.vue'
import moneyInput from './money/Input.vue'
import ratioInput from './ratio/Input.vue'
import textInput from './text/Input.vue'

// The calendars and lists are heavy; they come when a form needs them.
export const inputs: Record<FieldType, Component> = {
  bool: boolInput,
  int: intInput,
  decimal: decimalInput,
  money: moneyInput,
  ratio: ratioInput,
  text: textInput,
  date: defineAsyncComponent(() => import('./date/Input.vue')),
  month: defineAsyncComponent(() => import('./month/Input.vue')),
  code: defineAsyncComponent(() => import('./code/Input.vue')),
  codes: defineAsyncComponent(() => import('./codes/Input.vue')),
  reference: defineAsyncComponent(() => import('./reference/Input.vue')),
}
