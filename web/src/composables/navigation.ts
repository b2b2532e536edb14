import { Bell, Calendar, Collection, DataAnalysis, Document, Files, Finished, HomeFilled, Key, List, Medal, Odometer, Operation, Printer, SetUp, Timer, TrendCharts, Upload, User } from '@element-plus/icons-vue'
import { computed, type Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import { say, useWords } from '@/i18n'
import { usePack } from '@/stores/pack'
import { useSession } from '@/stores/session'
import { useWorkflows } from '@/stores/workflows'

export interface Place {
  key: string
  label: string
  to: RouteLocationRaw
  icon?: Component
  /** How many wait there. */
  count?: number
  late?: boolean
}
export interface Group {
  key: string
  label: string
  places: Place[]
}

/** The sidebar has room for so many registers; where there are more, it has the main ones and the way to all. */
const REGISTERS = 12

/** What stands in the sidebar: only what the user's rights hold. */
export function useNavigation() {
  const { t } = useWords()
  const session = useSession()
  const packs = usePack()
  const workflows = useWorkflows()

  const place = (key: string, icon: Component): Place => ({ key, label: t(`nav.${key}`), to: { name: key }, icon })
  /** The register that is monitored, what it hangs on, its people; all of them where they are few. */
  const mainRegisters = () => {
    const pack = packs.pack
    if (!pack || pack.registers.length <= REGISTERS) return pack?.registers ?? []
    const main = [packs.register(pack.subject)?.parent, pack.subject, pack.people]
    return main.flatMap((name) => pack.registers.filter((one) => one.name === name))
  }
  const withRight = (right: string, one: Place) => (session.can(right) ? [one] : [])

  return computed<Group[]>(() => [
    {
      key: 'work',
      label: t('nav.group_work'),
      places: [
        place('workbench', HomeFilled),
        ...withRight('dashboard', place('dashboard', DataAnalysis)),
        { ...place('cases', Finished), count: workflows.counts?.mine ?? 0, late: (workflows.counts?.late ?? 0) > 0 },
        place('monitoring', Bell),
        ...withRight('monitoring', place('whatif', Operation)),
        ...withRight('dashboard', place('attribution', TrendCharts)),
        ...withRight('dashboard', place('assessments', Medal)),
        ...withRight('dashboard', place('indicators', Odometer)),
        ...withRight('dashboard', place('tasks', List)),
        ...(packs.pack?.rounds ? withRight('dashboard', place('dispatch', Calendar)) : []),
        ...withRight('dashboard', place('bulletins', Printer)),
        ...withRight('import', place('imports', Upload)),
        place('jobs', Timer),
      ],
    },
    {
      key: 'registers',
      label: t('nav.registers'),
      places: [
        ...mainRegisters().map((one) => ({
          key: one.name,
          label: say(one.label),
          to: { name: 'records', params: { register: one.name } },
          icon: Collection,
        })),
        { key: 'registers', label: t('nav.all_registers', { n: packs.pack?.registers.length ?? 0 }), to: { name: 'registers' }, icon: Files },
      ],
    },
    {
      key: 'system',
      label: t('nav.group_system'),
      places: [...withRight('dashboard', place('parameters', SetUp)), ...withRight('users', place('users', User)), ...withRight('audit', place('audit', Document)), place('account', Key)],
    },
  ])
}
