import { ApiError } from '@/api/client'
import { t } from '@/i18n'
import { tell } from './notify'

/** What a person should read about a problem. */
export function messageOf(problem: unknown): string {
  if (problem instanceof ApiError) {
    if (problem.retryAfter !== null) return `${problem.message} ${t('error.retry_after', { seconds: problem.retryAfter })}`
    return problem.message
  }
  return problem instanceof Error && problem.message ? problem.message : t('error.unexpected')
}

export const aborted = (problem: unknown) => problem instanceof DOMException && problem.name === 'AbortError'

export function showError(problem: unknown) {
  if (!aborted(problem)) tell(messageOf(problem), 'error')
}
