// Projects and their environments.
import { badRequest, json } from "../answers.ts"
import {
  askedProject,
  type Call,
  type Endpoint,
  mapPage,
  mayRead,
  organizationOf,
  pageAnswer,
  pageByKey,
  pageByNumber,
} from "../endpoint.ts"
import type { Environment, Project } from "../model.ts"
import { environmentBody, organizationProjectRow, ownProjectRow, projectDetail } from "../payloads/project.ts"

export const projectEndpoints: readonly Endpoint[] = [
  {
    template: "projects/",
    scopes: ["project:read"],
    answer(call) {
      const own = projectsOf(call)
        .filter((project) => mayRead(call, project))
        .sort((left, right) => right.dateCreated - left.dateCreated || Number(right.id) - Number(left.id))
      const page = pageByKey(call, own, ({ dateCreated }) => dateCreated)
      return pageAnswer(
        call,
        mapPage(page, (project) => ownProjectRow(project, organizationOf(call))),
      )
    },
  },
  {
    template: "organizations/{org}/projects/",
    scopes: ["org:read", "project:read"],
    answer(call) {
      const all = wantedProjects(call).sort((left, right) => (left.slug < right.slug ? -1 : 1))
      const withoutDeploys = call.query.getAll("collapse").includes("latestDeploys")
      const page = mapPage(pageByNumber(call, all), (project) => {
        const row = organizationProjectRow(call.organization, project, mayRead(call, project))
        if (withoutDeploys) delete row.latestDeploys
        return row
      })
      return pageAnswer(call, page)
    },
  },
  {
    template: "projects/{org}/{project}/",
    scopes: ["project:read"],
    answer(call) {
      const body = projectDetail(call.organization, askedProject(call), organizationOf(call))
      if (call.query.getAll("collapse").includes("organization")) delete body.organization
      return json(body)
    },
  },
  {
    template: "projects/{org}/{project}/environments/",
    scopes: ["project:read"],
    answer: (call) => json(visible(call, askedProject(call).environments).map(environmentBody)),
  },
  {
    template: "organizations/{org}/environments/",
    scopes: ["org:read"],
    answer: (call) =>
      json(visible(call, organizationEnvironments(call)).map(({ id, name }) => ({ id, name }))),
  },
]

function projectsOf(call: Call): Project[] {
  const { organization, query } = call
  const only = query.get("organizationId")
  if (only !== null && only !== organization.id) return []
  return [...organization.projects.values()]
}

/** `query=slug:a slug:b team:c text`. */
function wantedProjects(call: Call): Project[] {
  const projects = [...call.organization.projects.values()]
  const words = (call.query.get("query") ?? "").split(/\s+/).filter((word) => word !== "")
  const slugs = words.flatMap((word) => (word.startsWith("slug:") ? word.slice(5).split(",") : []))
  const ids = words.flatMap((word) => (word.startsWith("id:") ? word.slice(3).split(",") : []))
  const teams = words.flatMap((word) => (word.startsWith("team:") ? word.slice(5).split(",") : []))
  const text = words
    .filter((word) => !word.includes(":"))
    .join(" ")
    .toLowerCase()
  const ofTeams = new Set(teams.flatMap((team) => call.organization.teamOf(team)?.projectIds ?? []))
  return projects.filter(
    (project) =>
      (slugs.length === 0 || slugs.includes(project.slug)) &&
      (ids.length === 0 || ids.includes(project.id)) &&
      (teams.length === 0 || ofTeams.has(project.id)) &&
      (project.slug.includes(text) || project.name.toLowerCase().includes(text)),
  )
}

function visible(call: Call, environments: readonly Environment[]): Environment[] {
  const asked = call.query.get("visibility") ?? "visible"
  if (!["visible", "hidden", "all"].includes(asked)) {
    throw badRequest("Invalid value for 'visibility', valid values are: ['all', 'hidden', 'visible']")
  }
  return environments
    .filter(({ name, hidden }) => name !== "" && (asked === "all" || hidden === (asked === "hidden")))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
}

/** One per name, with ids of their own; hidden where every project hides it. */
function organizationEnvironments(call: Call): Environment[] {
  const byName = new Map<string, Environment>()
  for (const project of call.organization.projects.values()) {
    if (!mayRead(call, project)) continue
    for (const { id, name, hidden } of project.environments) {
      const known = byName.get(name)
      if (known) known.hidden &&= hidden
      else byName.set(name, { id: `88${id}`, name, hidden })
    }
  }
  return [...byName.values()]
}
