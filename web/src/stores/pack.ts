import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { pack as calls } from '@/api/calls'
import type { Division, Field, Pack, Register } from '@/api/types'
import { say } from '@/i18n'

export interface DivisionNode extends Division {
  children: DivisionNode[]
}

export const usePack = defineStore('pack', () => {
  const pack = ref<Pack | null>(null)
  const divisions = ref<Division[]>([])
  let loading: Promise<void> | null = null

  async function read() {
    const [thePack, theDivisions] = await Promise.all([calls.read(), calls.divisions()])
    pack.value = thePack
    divisions.value = theDivisions
  }
  function load() {
    loading ??= read().catch((problem: unknown) => {
      loading = null
      throw problem
    })
    return loading
  }
  function forget() {
    loading = null
    pack.value = null
    divisions.value = []
  }

  const byName = computed(() => new Map(pack.value?.registers.map((one) => [one.name, one])))
  const register = (name: string): Register | undefined => byName.value.get(name)
  const field = (registerName: string, name: string): Field | undefined => register(registerName)?.fields.find((one) => one.name === name)
  const codes = (dictionary: string | null | undefined) => (dictionary ? (pack.value?.dictionaries[dictionary]?.codes ?? []) : [])
  const codeLabel = (dictionary: string | null | undefined, code: string) => say(codes(dictionary).find((one) => one.name === code)?.label) || code
  const unitLabel = (name: string | null | undefined) => say(pack.value?.units.find((one) => one.name === name)?.label) || name || ''
  const registerLabel = (name: string) => say(register(name)?.label) || name
  const division = (code: string) => divisions.value.find((one) => one.code === code)

  const tree = computed<DivisionNode[]>(() => {
    const nodes = new Map(divisions.value.map((one) => [one.code, { ...one, children: [] as DivisionNode[] }]))
    const roots: DivisionNode[] = []
    for (const node of nodes.values()) {
      const above = node.parent ? nodes.get(node.parent) : undefined
      if (above) above.children.push(node)
      else roots.push(node)
    }
    return roots
  })

  return { pack, divisions, tree, load, forget, register, field, codes, codeLabel, unitLabel, registerLabel, division }
})
