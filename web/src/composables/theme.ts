// Dark or light: as the system has it, until somebody chooses. The browser remembers the choice, the server carries it to another machine.
import { computed, ref, watch } from 'vue'

export type Theme = 'light' | 'dark'
const KEY = 'zengshou.theme'
const isTheme = (word: unknown): word is Theme => word === 'light' || word === 'dark'

function remembered(): Theme | null {
  try {
    const kept = localStorage.getItem(KEY)
    return isTheme(kept) ? kept : null
  } catch {
    return null
  }
}

const system = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null
const systemDark = ref(system?.matches ?? false)
system?.addEventListener?.('change', (event) => (systemDark.value = event.matches))

const chosen = ref<Theme | null>(remembered())
/** A page that is made for one of them, such as the big screen, holds it while it is open. */
const held = ref<Theme | null>(null)

export const theme = computed<Theme>(() => held.value ?? chosen.value ?? (systemDark.value ? 'dark' : 'light'))
watch(theme, (now) => document.documentElement.classList.toggle('dark', now === 'dark'), { immediate: true, flush: 'sync' })

export function setTheme(wanted: unknown) {
  if (!isTheme(wanted)) return
  chosen.value = wanted
  try {
    localStorage.setItem(KEY, wanted)
  } catch {
    // Where the browser keeps nothing, the choice lasts as long as the page.
  }
}
export const holdTheme = (wanted: Theme | null) => (held.value = wanted)
