// The workflows of the pack, and how much waits for whom.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { casework } from '@/api/calls'
import type { CaseCount, Workflow } from '@/api/types'
import { say } from '@/i18n'

export const useWorkflows = defineStore('workflows', () => {
  const all = ref<Workflow[]>([])
  const each = ref<CaseCount[] | null>(null)
  let loading: Promise<void> | null = null

  async function read() {
    all.value = await casework.workflows()
  }
  function load() {
    loading ??= read().catch((problem: unknown) => {
      loading = null
      throw problem
    })
    return loading
  }
  /** What is counted in the navigation; it stays as it was where it cannot be had. */
  async function count() {
    each.value = await casework.counts().catch(() => each.value)
  }
  function forget() {
    loading = null
    all.value = []
    each.value = null
  }
  const sum = (of: (one: CaseCount) => number) => (each.value ?? []).reduce((total, one) => total + of(one), 0)
  /** Over all workflows. */
  const counts = computed(() =>
    each.value ? { mine: sum((one) => one.mine), due: sum((one) => one.mine_due), late: sum((one) => one.mine_overdue), below: sum((one) => one.overdue_below), open: sum((one) => one.open) } : null,
  )
  const openOf = (name: string) => each.value?.find((one) => one.workflow === name)?.open ?? 0
  const byName = computed(() => new Map(all.value.map((one) => [one.name, one])))
  const find = (name: string) => byName.value.get(name)
  const ofRegister = (register: string) => all.value.find((one) => one.register === register)
  const label = (name: string) => say(find(name)?.label) || name
  const stateLabel = (workflow: string, state: string | null) => say(find(workflow)?.states.find((one) => one.name === state)?.label) || state || ''
  const transitionLabel = (workflow: string, name: string | null) => say(find(workflow)?.transitions.find((one) => one.name === name)?.label) || name || ''
  return { all, counts, openOf, load, count, forget, find, ofRegister, label, stateLabel, transitionLabel }
})
