// The colours of charts: those of tokens.css, as they are in the present theme. A canvas knows no variables.
import { computed } from 'vue'
import type { Ink } from './chart'
import { theme } from './theme'

const KINDS = 6

export const ink = computed<Ink>(() => {
  void theme.value
  const tokens = getComputedStyle(document.documentElement)
  const of = (name: string) => tokens.getPropertyValue(`--${name}`).trim()
  return {
    ink: of('ink-2'),
    muted: of('ink-3'),
    line: of('line'),
    axis: of('line-strong'),
    accent: of('accent'),
    past: of('past'),
    target: of('kind-2'),
    kinds: Array.from({ length: KINDS }, (_, index) => of(`kind-${index + 1}`)),
  }
})
