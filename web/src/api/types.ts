// What the HTTP interface takes and gives. The names come from the server's own table of routes (served.ts, written by `tools/web types`,
// not committed): what the server renames is an error here. Only what that table leaves open is said by hand.
import type * as S from './served'

type With<Made, Said> = Omit<Made, keyof Said> & Said

export type { Import, ImportReport, Label, Screening, Token, Rule, FindingPage, RuleDivision, MissingFact, Explanation } from './served'
export type { CodeName, FormulaCheck, FormulaWord, FormulaWords, Clause, Dictionary, Division, Effects, Option, Pack, Place } from './served'
export type { Reference, Register, SearchHit, User, UserChange, UserNew, UserPage } from './served'
export type { Attachment, AttachmentAdded, AttachmentKind, AttachmentList } from './served'
export type { Bulletin, BulletinKind, Bulletins, LedgerState } from './served'
export type { Catalogue, Proposal, Proposals } from './served'
export type { ProcessCases, ProcessFigures, ProcessLine } from './served'
export type { Field, FieldGroup, Notice, PlanPart, Preferences, SubjectPlan, Verified } from './served'

export type Language = 'zh' | 'en'

// ── values
export interface Masked {
  masked: string
}
/** A value as it travels; money and decimals are text, so that no amount ever becomes a floating-point number. */
export type Value = boolean | number | string | string[] | S.Reference | Masked | null
export type Values = Record<string, Value>

// ── errors: one shape for all routes
export type ErrorCode =
  | 'input'
  | 'unauthenticated'
  | 'forbidden'
  | 'password_change'
  | 'not_found'
  | 'conflict'
  | 'method'
  | 'too_large'
  | 'too_many'
  | 'busy'
  | 'internal'
export interface Fault {
  field: string
  message: string
}
export interface ErrorBody {
  code: ErrorCode
  message: string
  field?: string
  faults?: Fault[]
  line?: number
  column?: number
  request?: string
}

// ── session and pack
export type Action = 'read' | 'create' | 'edit' | 'retire' | 'export'
/** `restore` only of a retired record. */
export type RecordRight = Action | 'restore'
export type Session = With<S.Session, { rights: With<S.Rights, { registers: Record<string, Action[]> }> }>
export type FieldType = S.Field['type']
export type DivisionLevel = S.Division['level']

// ── records
export type RecordRow = With<S.RecordRow, { values: Values }>
export type RecordDetail = With<S.RecordDetail, { values: Values; rights: RecordRight[] }>
export type RecordPage = With<S.RecordPage, { records: RecordRow[] }>
export type Written = With<S.Written, { record: RecordRow }>
export interface Conflict {
  error: ErrorBody
  current: RecordRow
}
export type FieldChange = With<S.FieldChange, { before: Value; after: Value }>
export type HistoryEntry = With<S.HistoryEntry, { fields: FieldChange[] }>
export type HistoryPage = With<S.HistoryPage, { entries: HistoryEntry[] }>

// ── cases
export type { CaseBatchResult, CaseCandidate, CaseCount, CasePage, CaseProposal, CaseProposalOrigin, CaseRow, CaseStand, CaseStateCount, CaseStep, Workflow, WorkflowTransition } from './served'
export type CaseDetail = With<S.CaseDetail, { record: RecordDetail }>
export type CaseDone = With<S.CaseDone, { case: CaseDetail }>

// ── jobs and files
export type Job<Result = unknown> = With<S.Job, { result: Result | null }>
export type JobState = S.Job['state']
export type ImportState = S.Import['state']

// ── monitoring
export type Level = S.Rule['level']
export type FindingState = NonNullable<S.Routes['GET /rules/{rule}/findings']['query']['state']>

// ── how the plan stands
export type { IndicatorBreakdown, IndicatorLine, IndicatorPage, IndicatorPart, IndicatorPlace, IndicatorRecords, Indicators } from './served'
export type { LeaderPage, Lights, PlaceRank, Task, Tasks, UnitLine, UnitName, UnitPage, Units } from './served'

// ── administration
export type AuditChange = With<S.AuditChange, { before: Value; after: Value }>
export type AuditEntry = With<S.AuditEntry, { changes: AuditChange[] }>
export type AuditPage = With<S.AuditPage, { entries: AuditEntry[] }>

/** What a check of the log and the registers found. */
export interface Checked {
  head: number
  hash: string
  entries: number
  records: number
  faults: number
  found: string[]
}

// ── one household
export type Warning = S.Warning
export type Definition = With<S.Figure, { type: FieldType; value: Value }>
export type CaseKnown = With<S.CaseKnown, { definitions: Definition[] }>
type Amounts = Record<string, string | null>
export type LedgerYear = With<S.LedgerYear, { kinds: Amounts }>
export type LedgerMonth = With<S.LedgerMonth, { kinds: Amounts }>
export type Household = With<
  S.Household,
  {
    record: RecordRow
    members: RecordRow[]
    ledger: { years: LedgerYear[]; months: LedgerMonth[] }
    children: Record<string, { records: RecordRow[]; total: number }>
    definitions: Definition[]
    history: HistoryEntry[]
  }
>

// ── first page
export type { CategoryFigure, Dashboard, DivisionFigure } from './served'
export type WorkItem = With<S.WorkItem, { link: { page: string; query: Record<string, string> } }>
export type Workbench = With<S.Workbench, { items: WorkItem[] }>

// ── what if, attribution, assessment
export type { WhatifAnswer, WhatifChoices, WhatifFund, WhatifList, WhatifNote, WhatifParameter, WhatifPlace, WhatifQuestion, WhatifRule, WhatifSide } from './served'
export type { Attribution, AttributionCause, AttributionKind, AttributionPart, AttributionPlace, AttributionRecords, AttributionSide, AttributionSource, AttributionTie, AttributionTies, FamilyAttribution, FamilyCauses, TiedHousehold, TiedHouseholds, TiedRow, TiedRows } from './served'
export type { AssessmentCriterion, AssessmentFollowUps, AssessmentList, AssessmentLed, AssessmentPart, AssessmentRecords, AssessmentRun, AssessmentScheme, AssessmentScore, AssessmentScored, AssessmentTable, AssessmentTried, AssessmentObjected } from './served'
export type { AssessmentYearResult, DispatchReport, DispatchRound, Parameters } from './served'
