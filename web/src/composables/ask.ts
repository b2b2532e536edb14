import { ElMessageBox } from 'element-plus/es/components/message-box/index.mjs'
import 'element-plus/es/components/message-box/style/css'
import { t } from '@/i18n'

/** Asks before something is lost; true for yes. */
export function ask(question: string, yes: string): Promise<boolean> {
  return ElMessageBox.confirm(question, { confirmButtonText: yes, cancelButtonText: t('common.cancel'), showClose: false }).then(
    () => true,
    () => false,
  )
}
