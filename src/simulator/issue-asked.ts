// The issue named in a path.
import { denied, notFound } from "./answers.ts"
import { type Call, mayRead } from "./endpoint.ts"
import type { Issue } from "./model.ts"

/** 404 where it is deleted or never was, 403 where its project is denied. A merged id gives the surviving issue. */
export function askedIssue(call: Call): Issue {
  const { organization, params } = call
  const id = params.issue ?? ""
  // Short ids only mean something below an organization.
  const issue = params.org !== undefined || /^\d+$/.test(id) ? organization.issueOf(id) : undefined
  const project = issue && organization.projects.get(issue.projectId)
  if (!issue || !project) throw notFound()
  if (!mayRead(call, project)) throw denied()
  return issue
}
