import { ElMessage } from 'element-plus/es/components/message/index.mjs'
import 'element-plus/es/components/message/style/css'

/** A short word at the top of the page; errors stay until they are read. */
export function tell(message: string, kind: 'success' | 'info' | 'warning' | 'error' = 'success') {
  ElMessage({ message, type: kind, showClose: true, duration: kind === 'error' ? 8000 : 3500, grouping: true })
}
