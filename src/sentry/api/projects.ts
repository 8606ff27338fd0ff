// The projects of the organization in the form of `/projects/`, which mappings are written for.
import { z } from "zod"
import { isJsonObject } from "../../common/json.ts"
import type { Logger } from "../../common/logger.ts"
import type { RawObject } from "../../resync/kind.ts"
import { type Answer, type Failure, failure } from "../answers.ts"
import type { Calls, Query } from "../calls.ts"
import { routes } from "../routes.ts"
import { type OrganizationApi, reduceOrganization } from "./organization.ts"

export interface Project {
  id: string
  slug: string
  raw: RawObject
}

export interface ProjectsApi {
  /** Every active project of the organization that the token may list. */
  projects(signal: AbortSignal): Promise<Answer<Project[]>>
  /** One project by its slug. A renamed one answers under its new slug: compare. */
  project(slug: string, signal: AbortSignal): Promise<Answer<Project>>
  /** All values of a tag in a project; `missing` where the project has no such tag. */
  projectTagValues(slug: string, key: string, signal: AbortSignal): Promise<Answer<RawObject[]>>
}

const byHundred: Query = [["per_page", "100"]]
const ProjectHead = z.object({ id: z.string(), slug: z.string() })

export function projectsApi(deps: {
  calls: Calls
  org: string
  organizations: OrganizationApi
  log: Logger
}): ProjectsApi {
  const { calls, org, organizations, log } = deps

  /** Cheaper and complete, but its rows lack the organization and the status. */
  async function fromOrganization(signal: AbortSignal): Promise<Answer<RawObject[]>> {
    const rows = await calls.all(routes.organizationProjects({ org }), byHundred, signal)
    if (!rows.ok || rows.value.length === 0) return rows
    const organization = await organizations.organization(signal)
    if (!organization.ok) return organization
    const reduced = reduceOrganization(organization.value)
    // The list holds active projects only, so the constant is right where a row does not say.
    return {
      ok: true,
      value: rows.value.map((row) => ({ ...row, status: row.status ?? "active", organization: reduced })),
    }
  }

  /** What the token's owner sees, in all organizations: for tokens that may not list the organization's. */
  async function fromOwn(signal: AbortSignal): Promise<Answer<RawObject[]>> {
    const rows = await calls.all(routes.ownProjects({}), byHundred, signal)
    return rows.ok ? { ok: true, value: rows.value.filter((row) => isOf(row.organization)) } : rows
  }

  function isOf(organization: unknown): boolean {
    return isJsonObject(organization) && (organization.slug === org || organization.id === org)
  }

  return {
    async projects(signal) {
      const rows = await fromOrganization(signal)
      if (rows.ok) return readProjects(rows.value)
      if (!mayAskOtherwise(rows)) return rows
      const own = await fromOwn(signal)
      // None of this organization's is no answer: the refusal of its own list stays what there is to say.
      if (!own.ok || own.value.length === 0) return rows
      log.warn(
        { reason: rows.outcome.reason, projects: own.value.length },
        "The organization's project list cannot be read; only projects of the token's own teams are seen",
      )
      return readProjects(own.value)
    },
    async project(slug, signal) {
      const answer = await calls.one(routes.project({ org, project: slug }), [], signal)
      return answer.ok ? readProject(answer.value) : answer
    },
    projectTagValues: (slug, key, signal) =>
      calls.all(routes.projectTagValues({ org, project: slug, key }), [], signal),
  }
}

/** Whether the other list may answer what the organization's did not. */
function mayAskOtherwise(failed: Failure): boolean {
  return failed.why === "forbidden" || failed.why === "missing" || failed.why === "route-off"
}

function readProjects(rows: RawObject[]): Answer<Project[]> {
  const projects = new Map<string, Project>()
  for (const row of rows) {
    const project = readProject(row)
    if (!project.ok) return project
    projects.set(project.value.id, project.value) // pages may overlap while projects come and go
  }
  return { ok: true, value: [...projects.values()] }
}

function readProject(raw: RawObject): Answer<Project> {
  const head = ProjectHead.safeParse(raw)
  if (head.success) return { ok: true, value: { ...head.data, raw } }
  return failure("shape", "Sentry answered a project without an id or slug as text")
}
