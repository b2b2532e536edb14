// Registers under the parts of the plan that they belong to: the list is long.
import type { Label, Pack, Register } from '@/api/types'

export interface Chapter {
  clause: string
  /** null: registers that stand under no clause. */
  title: Label | null
  registers: Register[]
}

/** By the first clause of each, taken up to the second level (三(一)4(1) → 三(一)), in the order of the plan. */
export function registersByChapter(pack: Pick<Pack, 'registers' | 'clauses'>, shown: (register: Register) => boolean = () => true): Chapter[] {
  const clauses = new Map(pack.clauses.map((one) => [one.id, one]))
  const chapterOf = (id: string | undefined): string => {
    let clause = id === undefined ? undefined : clauses.get(id)
    for (;;) {
      const above = clause?.parent ? clauses.get(clause.parent) : undefined
      if (!clause || !above?.parent) return clause?.id ?? ''
      clause = above
    }
  }
  const chapters = new Map<string, Chapter>(pack.clauses.map((one) => [one.id, { clause: one.id, title: one.title, registers: [] }]))
  chapters.set('', { clause: '', title: null, registers: [] })
  for (const register of pack.registers) if (shown(register)) chapters.get(chapterOf(register.clause[0]))?.registers.push(register)
  return [...chapters.values()].filter((one) => one.registers.length > 0)
}
