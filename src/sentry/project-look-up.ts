// What became of projects that the list no longer shows: the list of this run first, then each project's own path.
import pLimit from "p-limit"
import type { Origin, Verdict } from "../resync/kind.ts"
import type { Project } from "./api/projects.ts"
import { isSlug, type ProjectList, type RunContext } from "./run-context.ts"

/**
 * One verdict per origin. Its slug is the part, or where that is not known the id. `describeFound` gives the verdict
 * about a project that is there.
 */
export async function lookUpProjects(
  context: RunContext,
  origins: Origin[],
  signal: AbortSignal,
  describeFound: (origin: Origin, project: Project) => Promise<Verdict>,
): Promise<Verdict[]> {
  const listed = await context.projects(signal)
  const limit = pLimit(4)
  return Promise.all(origins.map((origin) => limit(() => lookUp(origin))))

  async function lookUp(origin: Origin): Promise<Verdict> {
    const slug = origin.part || origin.id
    const known = listed.ok ? listedProject(listed.value, slug, origin) : undefined
    if (known && (known.slug === slug || known.id === slug)) return describeFound(origin, known)
    if (known) return { origin, state: "gone", evidence: `project ${slug} was renamed to ${known.slug}` }
    if (!isSlug(slug)) return { origin, state: "unknown", reason: `"${slug}" is no slug of a project` }
    const fate = await projectFate(context, slug, signal)
    if (fate.state === "there") return describeFound(origin, fate.project)
    if (fate.state === "unknown") return { origin, state: "unknown", reason: fate.reason }
    return { origin, state: "gone", evidence: fate.evidence }
  }
}

/** A project of this run's list, by slug; by its id where the origin tells it. */
function listedProject(list: ProjectList, slug: string, origin: Origin): Project | undefined {
  return list.bySlug.get(slug) ?? list.byId.get(origin.id)
}

export type ProjectFate =
  | { state: "there"; project: Project }
  /** The slug is free, the project goes on under another. */
  | { state: "renamed"; evidence: string }
  | { state: "gone"; evidence: string }
  | { state: "unknown"; reason: string }

/** Asks the project's own path. Only its 404 with JSON proves that it is gone. */
export async function projectFate(
  context: RunContext,
  slug: string,
  signal: AbortSignal,
): Promise<ProjectFate> {
  const answer = await context.client.project(slug, signal)
  if (!answer.ok) {
    return answer.why === "missing"
      ? { state: "gone", evidence: answer.outcome.reason }
      : { state: "unknown", reason: answer.outcome.reason }
  }
  const { value: project } = answer
  if (project.slug === slug || project.id === slug) return { state: "there", project }
  return { state: "renamed", evidence: `project ${slug} was renamed to ${project.slug}` }
}

/** At most six guesses at the slug in an entity's identifier (`api-worker-production`), the longest first. */
export function slugsIn(identifier: string): string[] {
  const parts = identifier.split("-")
  const guesses = parts.map((_, cut) => parts.slice(0, parts.length - cut).join("-"))
  return [...new Set(guesses)].filter(isSlug).slice(0, 6)
}
