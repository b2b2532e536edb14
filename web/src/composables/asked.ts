// Year, month and place that a page of figures speaks of: they stand in its address, under the names of the interface. Without a year
// and month the server chooses (docs/indicators.md), and the page shows what it chose.
import { computed } from 'vue'
import { useRoute, useRouter, type LocationQuery, type LocationQueryRaw } from 'vue-router'
import type { Query } from '@/api/client'

export type Asked = {
  year: number | null
  month: number | null
  division: string | null
}

const whole = (value: unknown, least: number, most: number): number | null => {
  const number = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : NaN
  return number >= least && number <= most ? number : null
}

/** What cannot be read is as if it were not there. */
export function readAsked(query: LocationQuery): Asked {
  const year = whole(query['year'], 1900, 2999)
  return {
    year,
    month: year === null ? null : whole(query['month'], 1, 12),
    division: typeof query['division'] === 'string' && query['division'] !== '' ? query['division'] : null,
  }
}

export function writeAsked(asked: Asked): Record<string, string> {
  return {
    ...(asked.year === null ? {} : { year: String(asked.year) }),
    ...(asked.year === null || asked.month === null ? {} : { month: String(asked.month) }),
    ...(asked.division === null ? {} : { division: asked.division }),
  }
}

export function useAsked() {
  const route = useRoute()
  const router = useRouter()
  const asked = computed(() => readAsked(route.query))
  /** For links to other pages of the same month and place. */
  const link = computed(() => writeAsked(asked.value))
  const query = computed<Query>(() => ({ ...asked.value }))
  const word = (name: string): string => {
    const value = route.query[name]
    return typeof value === 'string' ? value : ''
  }
  /** Changes what the address holds; an empty value leaves it. */
  function change(changes: Record<string, string | number | null | undefined>) {
    const now: LocationQueryRaw = { ...route.query }
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) continue
      if (value === null || value === '') delete now[name]
      else now[name] = String(value)
    }
    return router.replace({ query: now })
  }
  return { asked, link, query, word, change }
}
