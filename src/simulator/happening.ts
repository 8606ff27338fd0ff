// What happens in an organization and is spoken of in Sentry's webhooks.
import type { Assignee, Comment, Issue, SentryApp } from "./model.ts"

/** `by`: the member who did it, by membership id; undefined: Sentry itself. */
export type Happening =
  | { type: "issue"; action: "created" | "ignored" | "unresolved"; issue: Issue; by: string | undefined }
  | { type: "issue"; action: "resolved"; issue: Issue; resolution: Resolution; by: string | undefined }
  | { type: "issue"; action: "assigned"; issue: Issue; assignee: Assignee; by: string | undefined }
  | { type: "comment"; action: "created" | "updated" | "deleted"; issue: Issue; comment: Comment; by: string }
  | { type: "installation"; action: "created" | "deleted"; app: SentryApp }

export type Resolution = "now" | "in_next_release" | "in_release"
