// How a value is written out for people.
import type { Field, Masked, Reference, Value } from '@/api/types'
import { join } from '@/composables/format'
import { t } from '@/i18n'
import { usePack } from '@/stores/pack'
import { showDecimal } from './decimal/decimal'
import { showMoney } from './money/money'
import { showPercent } from './ratio/ratio'

const isObject = (value: Value | undefined): value is Reference | Masked => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isReference = (value: Value | undefined): value is Reference => isObject(value) && 'id' in value
export const isMasked = (value: Value | undefined): value is Masked => isObject(value) && 'masked' in value
export const isNumeric = (field: Field) => ['int', 'decimal', 'money', 'ratio'].includes(field.type)

export function useShow() {
  const packs = usePack()

  function known(field: Field, value: Exclude<Value, null>): string {
    if (isMasked(value)) return value.masked
    if (isReference(value)) return value.name || value.key
    if (Array.isArray(value)) return join(value.map((one) => packs.codeLabel(field.dictionary, one)))
    switch (field.type) {
      case 'bool':
        return value === true ? t('value.yes') : t('value.no')
      case 'money':
        return showMoney(String(value))
      case 'decimal':
        return showDecimal(String(value))
      case 'ratio':
        return typeof value === 'number' ? showPercent(value) : String(value)
      case 'code':
      case 'codes':
        return packs.codeLabel(field.dictionary, String(value))
      case 'int':
      case 'date':
      case 'month':
      case 'text':
      case 'reference':
        return String(value)
    }
  }
  /** Text of a value; of an unknown one, nothing or the word given. */
  return (field: Field, value: Value | undefined, unknown = ''): string => (value === null || value === undefined ? unknown : known(field, value))
}
