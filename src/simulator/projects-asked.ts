// The projects a question to the whole organization is about.
import { badRequest, denied } from "./answers.ts"
import { type Call, mayRead } from "./endpoint.ts"
import type { Project } from "./model.ts"

/**
 * `project=-1` and no project: all that the token may read. One named project that it may not, or that is none,
 * makes the whole request 403. Several projects need a plan with global views.
 */
export function askedProjects(call: Call): Project[] {
  const { organization, query } = call
  const asked = query.getAll("project")
  for (const id of asked) {
    if (!/^-?\d+$/.test(id)) throw badRequest("Invalid project parameter. Values must be numbers.")
  }
  const projects =
    asked.length === 0 || asked.includes("-1") ? readable(call) : asked.map((id) => named(call, id))
  if (projects.length > 1 && !organization.features.includes("global-views")) {
    throw badRequest("You do not have the multi project stream feature enabled")
  }
  return projects
}

function readable(call: Call): Project[] {
  return [...call.organization.projects.values()].filter((project) => mayRead(call, project))
}

function named(call: Call, id: string): Project {
  const project = call.organization.projects.get(id)
  if (!project || !mayRead(call, project)) throw denied()
  return project
}
