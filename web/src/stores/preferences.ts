// What a person chose (columns, last feed …), kept by the server so that it follows them to another machine.
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { session as calls } from '@/api/calls'
import type { Preferences } from '@/api/types'

const SETTLES_AFTER = 800

export const usePreferences = defineStore('preferences', () => {
  const all = ref<Preferences>({})
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load() {
    all.value = (await calls.preferences().catch(() => null)) ?? {}
  }
  const read = <T>(key: string, otherwise: T): T => (all.value[key] as T | undefined) ?? otherwise
  function keep(key: string, value: unknown) {
    all.value = { ...all.value, [key]: value }
    clearTimeout(timer)
    // A choice that could not be kept is no reason to disturb anybody: it holds until the page is left.
    timer = setTimeout(() => void calls.keep(all.value).catch(() => undefined), SETTLES_AFTER)
  }
  return { all, load, read, keep }
})
