import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { session as calls } from '@/api/calls'
import type { Action, Session } from '@/api/types'
import { standOn } from '@/composables/format'

export const useSession = defineStore('session', () => {
  const current = ref<Session | null>(null)
  /** Set while the session has run out and the dialog over the page asks for the password. */
  const expired = ref(false)
  watch(current, (session) => session && standOn(session.today), { flush: 'sync' })
  let waiting: ((renewed: boolean) => void)[] = []

  async function load() {
    current.value = await calls.read().catch(() => null)
    return current.value
  }
  async function login(name: string, password: string) {
    current.value = await calls.login(name, password)
  }
  async function changePassword(old: string, fresh: string) {
    current.value = await calls.password(old, fresh)
  }
  async function logout(everywhere: boolean) {
    await calls.logout(everywhere)
    current.value = null
  }

  /** Asks for the password over the page; all requests that met the end of the session wait for the one answer. */
  function renew(): Promise<boolean> {
    if (!current.value) return Promise.resolve(false)
    expired.value = true
    return new Promise((resolve) => waiting.push(resolve))
  }
  function renewed(success: boolean) {
    expired.value = false
    if (!success) current.value = null
    const all = waiting
    waiting = []
    all.forEach((resolve) => resolve(success))
  }

  const can = (what: string) => current.value?.rights.can.includes(what) ?? false
  const mayOn = (register: string, action: Action) => current.value?.rights.registers[register]?.includes(action) ?? false
  const mayUnmask = (kind: string) => current.value?.rights.unmask.includes(kind) ?? false
  const csrf = computed(() => current.value?.csrf ?? '')

  return { current, expired, csrf, load, login, changePassword, logout, renew, renewed, can, mayOn, mayUnmask }
})
