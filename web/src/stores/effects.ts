// What a change did to a household's warnings, kept until it is read: the form that caused it has usually been left by then.
import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Effects } from '@/api/types'

export const useEffects = defineStore('effects', () => {
  const last = ref<Effects | null>(null)
  function show(effects: Effects | null | undefined) {
    const something = effects && effects.raised.length + effects.cleared.length + effects.undetermined.length > 0
    last.value = something ? effects : null
  }
  return { last, show }
})
