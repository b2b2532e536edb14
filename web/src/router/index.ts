import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { language, setLanguage, t } from '@/i18n'
import { setTheme } from '@/composables/theme'
import { usePack } from '@/stores/pack'
import { usePreferences } from '@/stores/preferences'
import { useSession } from '@/stores/session'
import { useWorkflows } from '@/stores/workflows'

declare module 'vue-router' {
  interface RouteMeta {
    public?: boolean
    title?: string
    /** What the user's rights must hold (`rights.can`); the server decides again. */
    can?: string
    /** A page whose choices change parts of it: it stays where it is when they do. */
    still?: true
  }
}

const inside: RouteRecordRaw[] = [
  { path: '', name: 'workbench', component: () => import('@/pages/WorkbenchPage.vue'), meta: { title: 'nav.workbench' } },
  { path: 'dashboard', name: 'dashboard', component: () => import('@/pages/DashboardPage.vue'), meta: { title: 'nav.dashboard', can: 'dashboard', still: true } },
  { path: 'registers', name: 'registers', component: () => import('@/pages/RegistersPage.vue'), meta: { title: 'nav.registers' } },
  { path: 'registers/:register', name: 'records', component: () => import('@/pages/RecordsPage.vue'), props: true, meta: { title: 'nav.registers' } },
  {
    path: 'registers/:register/new',
    name: 'record-new',
    component: () => import('@/pages/RecordFormPage.vue'),
    props: true,
    meta: { title: 'record.create' },
  },
  { path: 'registers/:register/:id(\\d+)', name: 'record', component: () => import('@/pages/RecordPage.vue'), props: true, meta: { title: 'nav.registers' } },
  {
    path: 'registers/:register/:id(\\d+)/edit',
    name: 'record-edit',
    component: () => import('@/pages/RecordFormPage.vue'),
    props: true,
    meta: { title: 'record.edit' },
  },
  { path: 'households/:id(\\d+)', name: 'household', component: () => import('@/pages/HouseholdPage.vue'), props: true, meta: { title: 'household.title' } },
  { path: 'households/:id(\\d+)/plan', name: 'plan', component: () => import('@/pages/PlanPage.vue'), props: true, meta: { title: 'plan.open' } },
  { path: 'households/:id(\\d+)/plan/sheet', name: 'plan-sheet', component: () => import('@/pages/PlanSheetPage.vue'), props: true, meta: { title: 'plan.print' } },
  { path: 'households/:id(\\d+)/bulletins/:bulletin', name: 'household-bulletin', component: () => import('@/pages/HouseholdBulletinPage.vue'), props: true, meta: { title: 'nav.bulletins' } },
  { path: 'bulletins', name: 'bulletins', component: () => import('@/pages/BulletinsPage.vue'), meta: { title: 'nav.bulletins', can: 'dashboard' } },
  { path: 'notices/:register', name: 'notice', component: () => import('@/pages/NoticePage.vue'), props: true, meta: { title: 'notice.print' } },
  { path: 'cases', name: 'cases', component: () => import('@/pages/CasesPage.vue'), meta: { title: 'nav.cases' } },
  { path: 'cases/:workflow/:id(\\d+)', name: 'case', component: () => import('@/pages/CasePage.vue'), props: true, meta: { title: 'nav.cases' } },
  { path: 'workflows', name: 'workflows', component: () => import('@/pages/WorkflowsPage.vue'), meta: { title: 'nav.workflows' } },
  { path: 'workflows/:workflow', name: 'workflow', component: () => import('@/pages/WorkflowPage.vue'), props: true, meta: { title: 'nav.workflows' } },
  { path: 'workflows/:workflow/open', name: 'case-open', component: () => import('@/pages/CaseOpenPage.vue'), props: true, meta: { title: 'case.open' } },
  { path: 'monitoring', name: 'monitoring', component: () => import('@/pages/MonitoringPage.vue'), meta: { title: 'nav.monitoring' } },
  { path: 'monitoring/:rule', name: 'rule', component: () => import('@/pages/RulePage.vue'), props: true, meta: { title: 'nav.monitoring' } },
  { path: 'whatif', name: 'whatif', component: () => import('@/pages/WhatIfPage.vue'), meta: { title: 'nav.whatif', can: 'monitoring' } },
  { path: 'attribution', name: 'attribution', component: () => import('@/pages/AttributionPage.vue'), meta: { title: 'nav.attribution', can: 'dashboard' } },
  { path: 'assessments', name: 'assessments', component: () => import('@/pages/AssessmentsPage.vue'), meta: { title: 'nav.assessments', can: 'dashboard' } },
  { path: 'assessments/:scheme/try', name: 'assessment-try', component: () => import('@/pages/AssessmentTryPage.vue'), props: true, meta: { title: 'nav.assessments', can: 'assess' } },
  { path: 'assessments/runs/:id(\\d+)', name: 'assessment', component: () => import('@/pages/AssessmentPage.vue'), props: true, meta: { title: 'nav.assessments', can: 'dashboard' } },
  { path: 'indicators', name: 'indicators', component: () => import('@/pages/IndicatorsPage.vue'), meta: { title: 'nav.indicators', can: 'dashboard', still: true } },
  { path: 'indicators/:indicator', name: 'indicator', component: () => import('@/pages/IndicatorPage.vue'), props: true, meta: { title: 'nav.indicators', can: 'dashboard', still: true } },
  { path: 'tasks', name: 'tasks', component: () => import('@/pages/TasksPage.vue'), meta: { title: 'nav.tasks', can: 'dashboard', still: true } },
  { path: 'units/:unit', name: 'unit', component: () => import('@/pages/UnitPage.vue'), props: true, meta: { title: 'task.unit', can: 'dashboard', still: true } },
  { path: 'dispatch', name: 'dispatch', component: () => import('@/pages/DispatchPage.vue'), meta: { title: 'nav.dispatch' } },
  { path: 'dispatch/fill', name: 'dispatch-fill', component: () => import('@/pages/DispatchFillPage.vue'), meta: { title: 'nav.dispatch' } },
  { path: 'assessments/:scheme/years/:year(\\d{4})', name: 'assessment-year', component: () => import('@/pages/AssessmentYearPage.vue'), props: true, meta: { title: 'nav.assessments', can: 'dashboard' } },
  { path: 'parameters', name: 'parameters', component: () => import('@/pages/ParametersPage.vue'), meta: { title: 'nav.parameters', can: 'dashboard', still: true } },
  { path: 'imports', name: 'imports', component: () => import('@/pages/ImportPage.vue'), meta: { title: 'nav.imports', can: 'import' } },
  { path: 'jobs', name: 'jobs', component: () => import('@/pages/JobsPage.vue'), meta: { title: 'nav.jobs' } },
  { path: 'users', name: 'users', component: () => import('@/pages/UsersPage.vue'), meta: { title: 'nav.users', can: 'users' } },
  { path: 'audit', name: 'audit', component: () => import('@/pages/AuditPage.vue'), meta: { title: 'nav.audit', can: 'audit' } },
  { path: 'account', name: 'account', component: () => import('@/pages/AccountPage.vue'), meta: { title: 'nav.account' } },
  { path: ':rest(.*)*', name: 'lost', component: () => import('@/pages/LostPage.vue'), meta: { title: 'lost.title' } },
]

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (to, from, saved) => saved ?? (to.meta.still && to.path === from.path ? false : to.hash ? { el: to.hash } : { top: 0 }),
  routes: [
    { path: '/login', name: 'login', component: () => import('@/pages/LoginPage.vue'), meta: { public: true, title: 'login.title' } },
    { path: '/password', name: 'password', component: () => import('@/pages/PasswordPage.vue'), meta: { title: 'password.title' } },
    { path: '/screen', name: 'screen', component: () => import('@/pages/ScreenPage.vue'), meta: { title: 'dashboard.big_screen', can: 'dashboard' } },
    { path: '/', component: () => import('@/components/AppLayout.vue'), children: inside },
  ],
})

/** Reads what every page needs once somebody is logged in. */
async function prepare() {
  const preferences = usePreferences()
  await Promise.all([usePack().load(), preferences.load()])
  const chosen = preferences.read<string>('language', language.value)
  if (chosen !== language.value) setLanguage(chosen === 'en' ? 'en' : 'zh')
  setTheme(preferences.read<unknown>('theme', null))
}

let prepared = false
export function forgetUser() {
  prepared = false
  usePack().forget()
  useWorkflows().forget()
}

router.beforeEach(async (to) => {
  if (to.meta.public) return true
  const session = useSession()
  const current = session.current ?? (await session.load())
  if (!current) return { name: 'login', query: to.fullPath === '/' ? {} : { return: to.fullPath } }
  if (current.must_change_password) return to.name === 'password' ? true : { name: 'password' }
  if (to.name === 'password') return true
  if (to.meta.can && !session.can(to.meta.can)) return { name: 'lost', params: { rest: to.path.slice(1).split('/') }, query: { why: 'forbidden' } }
  if (!prepared) {
    await prepare()
    prepared = true
  }
  return true
})
router.afterEach((to) => {
  const title = to.meta.title ? t(to.meta.title) : ''
  document.title = title ? `${title} · ${t('app.name')}` : t('app.name')
})
