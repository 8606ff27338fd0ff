// The kinds a mapping may name.
import type { SentryKind } from "./define-kind.ts"
import { eventKinds } from "./event-kinds.ts"
import { issueKind } from "./issue.ts"
import { issueTagKind } from "./issue-tag.ts"
import { projectKind } from "./project.ts"
import { projectTagKind } from "./project-tag.ts"
import { teamKind } from "./team.ts"
import { userKind } from "./user.ts"

export const sentryKinds: readonly SentryKind[] = [
  userKind,
  teamKind,
  projectKind,
  projectTagKind,
  issueKind,
  issueTagKind,
  ...eventKinds,
]
