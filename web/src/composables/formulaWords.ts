// What may stand at the cursor of a formula, and what the word there means: asked of the server as one types.
import { computed, ref, shallowRef, type Ref } from 'vue'
import { monitoring } from '@/api/calls'
import type { FormulaWord, FormulaWords } from '@/api/types'
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

/** Words that go on from what is being typed first, then those that hold it; compared without regard to case. */
export function fitting(words: FormulaWord[], typed: string): FormulaWord[] {
  const wanted = typed.trim().toLowerCase()
  const names = (word: FormulaWord) => [word.text, word.label.zh, word.label.en].filter((one) => typeof one === 'string').map((one) => one.toLowerCase())
  const rank = (word: FormulaWord) => (names(word).some((one) => one.startsWith(wanted)) ? 0 : names(word).some((one) => one.includes(wanted)) ? 1 : 2)
  return words
    .map((word) => ({ word, rank: rank(word) }))
    .filter((one) => one.rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .map((one) => one.word)
}

export function useFormulaWords(register: () => string, text: Ref<string>) {
  const got = shallowRef<FormulaWords | null>(null)
  const active = ref(0)
  const open = ref(false)
  const typed = ref('')
  let asked = 0

  const words = computed(() => (got.value ? fitting(got.value.words, typed.value) : []).slice(0, SHOWN))
  const hover = computed(() => got.value?.hover ?? null)
  /** typed: a word has been begun; asked: whatever may stand there; no: only what the word there means. */
  const look = useDebounced(async (at: number, offer: 'typed' | 'asked' | 'no') => {
    const mine = ++asked
    try {
      const before = text.value.slice(0, at)
      const answer = await monitoring.words({ register: register(), text: text.value, at: characters(before) })
      if (mine !== asked) return
      typed.value = [...before].slice(answer.from).join('')
      got.value = answer
      active.value = 0
      open.value = (offer === 'asked' || (offer === 'typed' && /[^\d.%\s]/.test(typed.value))) && words.value.length > 0
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
