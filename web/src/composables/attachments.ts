// The files of one record: what hangs there, and what may be hung on it.
import { computed, ref } from 'vue'
import { attachments as calls } from '@/api/calls'
import type { Attachment } from '@/api/types'
import { usePack } from '@/stores/pack'
import { messageOf } from './errors'
import { useLoad } from './load'
import { smaller } from './photo'

const PICTURES = ['jpeg', 'png', 'webp']
export const isPicture = (one: Attachment) => PICTURES.includes(one.type)

export function useAttachments(register: () => string, id: () => number) {
  const packs = usePack()
  const page = useLoad(() => calls.list(register(), id()))
  const kinds = computed(() => packs.pack?.attachments.filter((one) => one.registers === null || one.registers.includes(register())) ?? [])
  const kind = ref('')
  const busy = ref(false)
  const problem = ref('')
  /** As evidence of where it was taken; making a picture smaller would lose it. */
  const keepPlace = ref(false)
  const chosen = computed(() => kinds.value.find((one) => one.name === kind.value) ?? (kinds.value.length === 1 ? kinds.value[0] : undefined))

  /** One after the other, so that a refused one does not stop the others; its name is said. */
  async function add(files: File[]) {
    const of = chosen.value
    if (!of) return
    busy.value = true
    problem.value = ''
    const refused: string[] = []
    for (const file of files) {
      try {
        await calls.add(register(), id(), of.name, keepPlace.value ? file : await smaller(file, (packs.pack?.attachment_bytes ?? 0) / 2), keepPlace.value)
      } catch (failed) {
        refused.push(`${file.name}：${messageOf(failed)}`)
      }
    }
    problem.value = refused.join('\n')
    busy.value = false
    await page.run()
  }
  async function retire(one: Attachment, reason: string) {
    try {
      await calls.retire(register(), id(), one.id, reason)
      await page.run()
      return true
    } catch (failed) {
      problem.value = messageOf(failed)
      return false
    }
  }
  return { page, kinds, kind, chosen, busy, problem, keepPlace, add, retire }
}
