import { Bell, Collection, DataAnalysis, Document, HomeFilled, Key, Timer, Upload, User } from '@element-plus/icons-vue'
import { computed, type Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import { say, useWords } from '@/i18n'
import { usePack } from '@/stores/pack'
import { useSession } from '@/stores/session'

export interface Place {
  key: string
  label: string
  to: RouteLocationRaw
  icon?: Component
}
export interface Group {
  key: string
  label: string
  places: Place[]
}

/** What stands in the sidebar: only what the user's rights hold. */
export function useNavigation() {
  const { t } = useWords()
  const session = useSession()
  const packs = usePack()

  const place = (key: string, icon: Component): Place => ({ key, label: t(`nav.${key}`), to: { name: key }, icon })
  const withRight = (right: string, one: Place) => (session.can(right) ? [one] : [])

  return computed<Group[]>(() => [
    {
      key: 'work',
      label: t('nav.group_work'),
      places: [
        place('workbench', HomeFilled),
        ...withRight('dashboard', place('dashboard', DataAnalysis)),
        place('monitoring', Bell),
        ...withRight('import', place('imports', Upload)),
        place('jobs', Timer),
      ],
    },
    {
      key: 'registers',
      label: t('nav.registers'),
      places: (packs.pack?.registers ?? []).map((one) => ({
        key: one.name,
        label: say(one.label),
        to: { name: 'records', params: { register: one.name } },
        icon: Collection,
      })),
    },
    {
      key: 'system',
      label: t('nav.group_system'),
      places: [...withRight('users', place('users', User)), ...withRight('audit', place('audit', Document)), place('account', Key)],
    },
  ])
}
