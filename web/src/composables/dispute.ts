// Who may dispute which figure, and what became of disputes.
import type { IndicatorLine, RecordRow } from '@/api/types'
import { records } from '@/api/calls'
import { usePack } from '@/stores/pack'
import { useSession } from '@/stores/session'

/** A unit or a place disputes, in its own name; computed figures alone, for reported ones are corrected by who reports them. */
export function mayDispute(line: Pick<IndicatorLine, 'measure' | 'seen'>): boolean {
  const session = useSession()
  const register = usePack().pack?.disputes?.register
  const user = session.current?.user
  return Boolean(register && line.seen && line.measure !== 'reported' && user && (user.unit || user.divisions.length > 0) && session.current?.rights.registers[register]?.includes('create'))
}

const PAGE = 20
/** What was said against an indicator's figures of a year, newest first, as far as who asks may see it. */
export async function readDisputes(indicator: string, year: number, signal?: AbortSignal): Promise<RecordRow[]> {
  const kept = usePack().pack?.disputes
  if (!kept) return []
  const query = new URLSearchParams({ [`f.${kept.indicator}`]: indicator, [`f.${kept.month}.from`]: `${year}-01`, [`f.${kept.month}.to`]: `${year}-12`, sort: `-${kept.month}`, limit: String(PAGE) })
  return (await records.list(kept.register, query, signal)).records
}
