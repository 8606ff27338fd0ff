// An issue as an item: in the form of the projects' lists, which mappings are written for, with where it comes from.
import { isJsonObject, type JsonValue } from "../../common/json.ts"
import type { RawItem, RawObject } from "../../resync/kind.ts"
import type { ProjectList } from "../run-context.ts"

/** Undefined where the row is no issue. A project renamed since it was listed keeps the listed slug for this run. */
export function issueItem(row: RawObject, projects: ProjectList | undefined): RawItem | undefined {
  const { id, project } = row
  if (typeof id !== "string" || !isProject(project)) return undefined
  const part = projects?.byId.get(project.id)?.slug ?? project.slug
  return { raw: withLifetimeCounts(row), origin: { part, id } }
}

// By hand, as it is asked of every issue of every run.
function isProject(value: JsonValue | undefined): value is { id: string; slug: string } {
  return isJsonObject(value) && typeof value.id === "string" && typeof value.slug === "string"
}

/**
 * The organization's list counts within the window that was asked for and puts the whole beside it, under
 * `lifetime`; the projects' lists give the whole at once.
 */
function withLifetimeCounts(row: RawObject): RawObject {
  if (!("lifetime" in row) && !("filtered" in row)) return row
  const { lifetime, filtered: _, ...issue } = row
  if (!isJsonObject(lifetime)) return issue
  for (const key of ["count", "userCount", "firstSeen", "lastSeen"]) {
    const value = lifetime[key]
    if (value !== undefined && value !== null) issue[key] = value
  }
  return issue
}
