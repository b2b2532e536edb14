import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/theme-chalk/base.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/parts.css'
import { configure } from './api/client'
import App from './App.vue'
import './composables/theme'
import { i18n, language, setLanguage, t } from './i18n'
import { forgetUser, router } from './router'
import { useSession } from './stores/session'

const app = createApp(App)
app.use(createPinia()).use(i18n)
setLanguage(language.value)

const session = useSession()
configure({
  csrf: () => session.csrf,
  language: () => language.value,
  renew: async () => {
    const renewed = await session.renew()
    if (!renewed && router.currentRoute.value.name !== 'login') {
      forgetUser()
      await router.push({ name: 'login', query: { return: router.currentRoute.value.fullPath } })
    }
    return renewed
  },
  passwordChange: () => void session.load().then(() => router.push({ name: 'password' })),
  offlineMessage: () => t('error.offline'),
})

app.use(router)
app.mount('#app')
