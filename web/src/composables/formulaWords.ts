// What may stand at the cursor of a formula, and what the word there means: asked of the server as one types.
import { computed, ref, shallowRef, type Ref } from 'vue'
import { monitoring } from '@/api/calls'
import type { FormulaWords } from '@/api/types'
import { useDebounced } from './debounce'

const SHOWN = 50

/** The server counts characters, the browser UTF-16 units. */
const characters = (text: string) => [...text].length

/** The text with a word in place of what stood from…to (characters), and where the cursor is then (units). */
export function withWord(text: string, from: number, to: number, word: string): { text: string; at: number } {
  const all = [...text]
  const before = all.slice(0, from).join('') + word
  return { text: before + all.slice(to).join(''), at: before.length }
}

export function useFormulaWords(register: () => string, text: Ref<string>) {
  const got = shallowRef<FormulaWords | null>(null)
  const active = ref(0)
  const open = ref(false)
  let asked = 0

  const words = computed(() => (got.value?.words ?? []).slice(0, SHOWN))
  const hover = computed(() => got.value?.hover ?? null)
  const look = useDebounced(async (at: number, offer: boolean) => {
    const mine = ++asked
    try {
      const answer = await monitoring.words({ register: register(), text: text.value, at: characters(text.value.slice(0, at)) })
      if (mine !== asked) return
      got.value = answer
      active.value = 0
      open.value = offer && words.value.length > 0
    } catch {
      // Offers are a help; the check of the formula says what is wrong.
      if (mine === asked) close()
    }
  }, 200)
  function close() {
    open.value = false
  }
  function move(step: number) {
    active.value = (active.value + step + words.value.length) % words.value.length
  }
  /** The formula with the chosen word put in. */
  function take(index = active.value): { text: string; at: number } | null {
    const word = words.value[index]
    if (!open.value || !word || !got.value) return null
    close()
    return withWord(text.value, got.value.from, got.value.to, word.text)
  }
  return { words, hover, active, open, look, close, move, take }
}
