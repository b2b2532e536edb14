// What every input of a field takes and tells, and how those that are typed as text turn it into a value.
import { ref, watch } from 'vue'
import type { Field, Value } from '@/api/types'

export interface InputProps {
  field: Field
  modelValue: Value
  id: string
  /** Id of the sentence that says what is wrong. */
  describedBy?: string | undefined
  invalid?: boolean
}
export interface InputEvents {
  'update:modelValue': [value: Value]
}

const FULL_WIDTH = /[\uff01-\uff5e]/g
/** Digits and signs as a Chinese keyboard may give them, and the commas that people write in numbers. */
export const halfWidth = (text: string) =>
  text.replace(FULL_WIDTH, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0)).replace(/[\s\u3000]/g, '')

/** A field typed as text: `parse` gives the value or undefined; `write` gives the text of a value. */
export function useTyped(
  props: InputProps,
  emit: (event: 'update:modelValue', value: Value) => void,
  parse: (text: string) => Value | undefined,
  write: (value: Value) => string,
) {
  const text = ref(write(props.modelValue))
  let own: Value = props.modelValue
  watch(
    () => props.modelValue,
    (value) => {
      if (value !== own) text.value = write(value)
      own = value
    },
  )
  function typed(now: string) {
    text.value = now
    const parsed = now.trim() === '' ? null : parse(now)
    own = parsed === undefined ? now : parsed
    emit('update:modelValue', own)
  }
  function settle() {
    if (own === null || parse(text.value) !== undefined) text.value = write(own)
  }
  return { text, typed, settle }
}
