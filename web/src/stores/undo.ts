// The last change to a record, as long as it can be taken back: until the next change, or until the page it led to is left.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { records } from '@/api/calls'
import type { Values } from '@/api/types'
import { isMasked } from '@/fields/value'
import { sendable } from '@/fields/send'

interface Change {
  register: string
  id: number
  /** As it stood after the change: taking back what somebody has changed again is refused. */
  version: number
  before: Values
}

/** What has to be sent to have the fields as they were; null where a value was never seen in the clear. */
export function formerValues(names: string[], before: Values): Values | null {
  const out: Values = {}
  for (const name of names) {
    const value = before[name] ?? null
    if (isMasked(value)) return null
    out[name] = sendable(value)
  }
  return out
}

export const useUndo = defineStore('undo', () => {
  const last = shallowRef<Change | null>(null)
  const busy = ref(false)
  const offer = (change: Change | null) => (last.value = change)
  async function takeBack() {
    const change = last.value
    if (!change) return null
    busy.value = true
    try {
      const written = await records.edit(change.register, change.id, change.version, change.before)
      last.value = null
      return written
    } finally {
      busy.value = false
    }
  }
  return { last, busy, offer, takeBack }
})
