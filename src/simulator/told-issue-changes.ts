// The changes to issues, each told to whoever observes the organization. Of a deleted, merged or unassigned issue
// Sentry's webhooks say nothing, so nothing is told here either.
import type { Resolution } from "./happening.ts"
import type { IssueChanges } from "./issue-changes.ts"
import type { Lookups, OrganizationData } from "./organization.ts"

export function toldIssueChanges(
  changes: IssueChanges,
  organization: OrganizationData & Lookups,
): IssueChanges {
  const { tell } = organization
  const memberId = (name: string | undefined) =>
    name === undefined ? undefined : organization.memberOf(name)?.id

  return {
    ...changes,
    addIssue(project, given) {
      const issue = changes.addIssue(project, given)
      tell({ type: "issue", action: "created", issue, by: undefined })
      return issue
    },
    addEvent(id, event) {
      const before = organization.issueOf(id)?.status
      const issue = changes.addEvent(id, event)
      if (before === "resolved" && issue.status === "unresolved") {
        tell({ type: "issue", action: "unresolved", issue, by: undefined })
      }
      return issue
    },
    resolve(id, options) {
      const issue = changes.resolve(id, options)
      const resolution = resolutionOf(options)
      tell({ type: "issue", action: "resolved", issue, resolution, by: memberId(options?.by) })
      return issue
    },
    archive(id, until, by) {
      const issue = changes.archive(id, until, by)
      tell({ type: "issue", action: "ignored", issue, by: memberId(by) })
      return issue
    },
    unresolve(id, substatus, by) {
      const issue = changes.unresolve(id, substatus, by)
      tell({ type: "issue", action: "unresolved", issue, by: memberId(by) })
      return issue
    },
    assign(id, to, by) {
      const issue = changes.assign(id, to, by)
      const assignee = issue.assignedTo
      if (assignee) tell({ type: "issue", action: "assigned", issue, assignee, by: memberId(by) })
      return issue
    },
  }
}

function resolutionOf(options: { inNextRelease?: boolean; inRelease?: string } = {}): Resolution {
  if (options.inNextRelease) return "in_next_release"
  return options.inRelease === undefined ? "now" : "in_release"
}
