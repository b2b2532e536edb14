// Registers under the parts of the plan that they belong to: the list is long.
import type { Label, Pack, Register } from '@/api/types'

export interface Chapter {
  clause: string
  /** null: registers that stand under no clause. */
  title: Label | null
  registers: Register[]
}

/** The part of the plan that a clause lies in: taken up to the second level (三(一)4(1) → 三(一)); '' without one. */
export function chapterOf(pack: Pick<Pack, 'clauses'>, id: string | undefined): string {
  let clause = pack.clauses.find((one) => one.id === id)
  for (;;) {
    const above = clause?.parent ? pack.clauses.find((one) => one.id === clause?.parent) : undefined
    if (!clause || !above?.parent) return clause?.id ?? ''
    clause = above
  }
}

/** By the first clause of each, in the order of the plan. */
export function registersByChapter(pack: Pick<Pack, 'registers' | 'clauses'>, shown: (register: Register) => boolean = () => true): Chapter[] {
  const chapters = new Map<string, Chapter>(pack.clauses.map((one) => [one.id, { clause: one.id, title: one.title, registers: [] }]))
  chapters.set('', { clause: '', title: null, registers: [] })
  for (const register of pack.registers) if (shown(register)) chapters.get(chapterOf(pack, register.clause[0]))?.registers.push(register)
  return [...chapters.values()].filter((one) => one.registers.length > 0)
}
