/** "2022-09" as the interface asks for it; what is no month is the one that is shown without being asked for. */
export function monthOf(text: string, otherwise: { year: number; month: number }): { year: number; month: number } {
  const parts = /^(\d{4})-(\d{2})$/.exec(text)
  return parts ? { year: Number(parts[1]), month: Number(parts[2]) } : { year: otherwise.year, month: otherwise.month }
}
