// The kinds of income as the pack calls them, for the fields in which a plan keeps their targets.
import { computed } from 'vue'
import { say } from '@/i18n'
import { usePack } from '@/stores/pack'

/** The label of each kind: the code's where a dictionary holds all kinds, else the label of its field. */
export function usePlanKinds(register: () => string) {
  const packs = usePack()
  return computed<Record<string, string>>(() => {
    const targets = Object.entries((packs.pack?.subject_plan?.targets ?? {}) as Record<string, string>)
    const holding = Object.values(packs.pack?.dictionaries ?? {}).find((one) => targets.length > 0 && targets.every(([code]) => one.codes.some((known) => known.name === code)))
    return Object.fromEntries(
      targets.map(([code, field]) => [code, say(holding?.codes.find((one) => one.name === code)?.label) || say(packs.field(register(), field)?.label) || code]),
    )
  })
}
