// The day that pages speak of unless their address names one: that of the last screening, so that a figure and the list it opens agree.
import { monitoring } from '@/api/calls'
import { useSession } from '@/stores/session'

export async function dayOf(wanted: string | null | undefined): Promise<string | undefined> {
  if (wanted) return wanted
  if (!useSession().can('monitoring')) return undefined
  const [last] = await monitoring.screenings().catch(() => [])
  return last?.as_of
}
