// The borders that the pack has, read once; a county without them is shown as tiles.
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { pack as calls } from '@/api/calls'
import type { Geo } from '@/composables/geo'
import { usePack } from './pack'

export const useMap = defineStore('map', () => {
  const geo = shallowRef<Geo | null>(null)
  let read: string | null = null

  async function load() {
    const pack = usePack().pack
    if (!pack?.map || read === pack.digest) return
    read = pack.digest
    geo.value = await calls.map().catch(() => ((read = null), null))
  }
  return { geo, load }
})
