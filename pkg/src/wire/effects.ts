// Made from src/wire by `cargo xtask wire`; a test compares it. Do not edit.

export const enum Effect {
  Settle,
  Fetch,
  Abort,
  WakeAt,
  Read,
  Write,
  Remove,
  ReadTab,
  WriteTab,
  Lock,
  Unlock,
  FindSiblings,
  Announce,
  Listen,
  Post,
  Watch,
  Notify,
  VerifySignature,
  SendAuthorized,
  Release,
  ReplaceUrl,
  Navigate,
}

export const enum AnswerKind {
  Success,
  Done,
  Refused,
  Failed,
  Granted,
  Adopted,
  NotAdopted,
  Claims,
  Url,
  Locale,
  Snapshot,
  Explanation,
}

export const STATES = ['loading', 'signed_out', 'verify', 'conditional', 'signed_in'] as const
export const FRESHNESS = ['fresh', 'stale', 'offline'] as const
export const NEXTS = ['done', 'verify', 'select_account', 'complete_profile', 'verify_email', 'other'] as const
export const SIGN_OUT_REASONS = ['never_signed_in', 'here', 'elsewhere', 'expired'] as const
export const PROBLEMS = ['blocked', 'full', 'failed', 'slow', 'unreadable'] as const
export const WHYS = ['restored', 'due', 'wanted', 'asked', 'switch'] as const

/** What a host does for each effect. */
export interface Effects {
  [Effect.Settle](ids: number[], answer: Answer): void
  [Effect.Fetch](id: number, method: string, url: string, headers: Record<string, string>, additions: string | null, outlivesPage: boolean): void
  [Effect.Abort](id: number): void
  [Effect.WakeAt](atMs: number | null): void
  [Effect.Read](id: number, key: string): void
  [Effect.Write](id: number, key: string, value: string): void
  [Effect.Remove](id: number, key: string): void
  [Effect.ReadTab](id: number, key: string): void
  [Effect.WriteTab](key: string, value: string | null): void
  [Effect.Lock](id: number, name: string): void
  [Effect.Unlock](id: number): void
  [Effect.FindSiblings](id: number, name: string): void
  [Effect.Announce](name: string | null): void
  [Effect.Listen](name: string | null): void
  [Effect.Post](text: string): void
  [Effect.Watch](isOn: boolean): void
  [Effect.Notify](): void
  [Effect.VerifySignature](id: number, key: number, n: string | null, e: string | null, spki: string | null, token: string | null): void
  [Effect.SendAuthorized](id: number, token: string | null): void
  [Effect.Release](id: number): void
  [Effect.ReplaceUrl](url: string): void
  [Effect.Navigate](url: string): void
}

/** What a wait came to. */
export type Answer =
  | [kind: AnswerKind.Success, next: number | null]
  | [kind: AnswerKind.Done]
  | [kind: AnswerKind.Refused, error: number, why: number | null, retryable: boolean, status: number | null, retryAfterSeconds: number | null, requestId: string | null, serviceErrors: string[]]
  | [kind: AnswerKind.Failed, error: number, why: number | null, retryable: boolean, status: number | null, retryAfterSeconds: number | null, requestId: string | null, serviceErrors: string[]]
  | [kind: AnswerKind.Granted, token: string, expiresAt: number | null, account: string | null, isVerified: boolean]
  | [kind: AnswerKind.Adopted, isAdopted: boolean, rest: string | null]
  | [kind: AnswerKind.NotAdopted, error: number, why: number | null, retryable: boolean, status: number | null, retryAfterSeconds: number | null, requestId: string | null, serviceErrors: string[], profile: string | null, rest: string | null]
  | [kind: AnswerKind.Claims, isTrusted: boolean]
  | [kind: AnswerKind.Url, url: string]
  | [kind: AnswerKind.Locale, locale: string | null]
  | [kind: AnswerKind.Snapshot, state: number, freshness: number, profile: string | null, expiresAt: number | null, conditions: string[], next: number | null, signOutReason: number | null]
  | [kind: AnswerKind.Explanation, state: number, freshness: number, problem: number | null, hasLocks: boolean, hasChannel: boolean, isVisible: boolean, isOnline: boolean, refreshing: boolean | null, lastWhy: number | null, lastError: number | null, lastMsAgo: number | null, nextWakeMs: number | null, waitMs: number | null, waitError: number | null, requests: number, failures: number, skewSeconds: number | null, tokenMs: number | null, waiting: number, isDisposed: boolean]
