// What the page of the what-if does: reads its state from the address, asks while sliders move, writes the address when they rest.
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { whatif as calls } from '@/api/calls'
import type { WhatifChoices, WhatifList, WhatifRule } from '@/api/types'
import { useDebounced } from './debounce'
import { useLatest } from './latest'
import { useLoad } from './load'
import { emptyVariant, fromQuestion, isChanged, questionOf, readWhatif, writeWhatif, type Variant, type Whatif } from './whatif'

/** What is opened first: the pack's own choice, else the first rule that has something to move. */
const opening = (choices: WhatifChoices): WhatifRule | undefined => choices.rules.find((one) => one.name === choices.first) ?? choices.rules.find((one) => one.parameters.length > 0)

export function useWhatif() {
  const route = useRoute()
  const router = useRouter()
  const state = ref<Whatif>(readWhatif(route.query))
  const choices = useLoad(async () => calls.choices(state.value.as_of || undefined))
  const rule = computed(() => choices.data.value?.rules.find((one) => one.name === state.value.rule) ?? null)
  const known = computed(() => choices.data.value?.parameters ?? [])
  /** The rule's own first, in its order; then whatever else a variant changes. */
  const parameters = computed(() => known.value.filter((one) => rule.value?.parameters.includes(one.name) || state.value.variants.some((variant) => one.name in variant.values)))
  const changed = computed(() => state.value.variants.map((variant) => isChanged(variant, known.value)))
  const answer = useLatest(() => calls.ask(questionOf(state.value, known.value)))
  const listed = (list: WhatifList, division: string) => calls.ask(questionOf(state.value, known.value, list, division))

  const address = useDebounced(() => void router.replace({ query: writeWhatif(state.value) }), 400)
  /** While somebody drags, and afterwards. */
  function change(part: Partial<Whatif>) {
    const other = part.rule !== undefined && part.rule !== state.value.rule
    state.value = { ...state.value, ...part, ...(other ? { variants: state.value.variants.map(emptyVariant) } : {}) }
    address()
    if (rule.value) void answer.ask()
  }
  function changeVariant(index: number, part: Partial<Variant>) {
    change({ variants: state.value.variants.map((variant, at) => (at === index ? { ...variant, ...part } : variant)) })
  }
  const move = (index: number, name: string, value: string) => changeVariant(index, { values: { ...state.value.variants[index]?.values, [name]: value } })
  /** The second variant begins as the first one is. */
  const second = (wanted: boolean) => {
    const first = state.value.variants[0] ?? emptyVariant()
    change({ variants: wanted ? [first, { ...first, label: '' }] : [first] })
  }
  async function open() {
    await choices.run()
    if (!choices.data.value) return
    state.value.as_of ||= choices.data.value.as_of
    const first = opening(choices.data.value)
    if (!rule.value && first) state.value = { ...state.value, rule: first.name }
    if (rule.value) await answer.ask()
  }
  async function openNote(id: number) {
    const { question } = await calls.note(id)
    if (!question) return
    state.value = fromQuestion(question, known.value)
    await open()
    address()
  }
  watch(
    () => state.value.as_of,
    (now, before) => {
      if (before && now !== before) void open()
    },
  )
  void open()
  return { state, choices, rule, parameters, changed, answer, listed, change, changeVariant, move, second, open, openNote, question: () => questionOf(state.value, known.value) }
}
export type WhatifPageState = ReturnType<typeof useWhatif>
