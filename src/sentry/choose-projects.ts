// Pure: the projects that a run is about, where it is about some of them alone.
import type { ReadEvent } from "../resync/kind.ts"
import type { Project } from "./api/projects.ts"
import type { ProjectList } from "./run-context.ts"

/** `slugs` left out: all. `unknown`: the ends of those that are not in the list. */
export function chooseProjects(
  { all, bySlug }: Pick<ProjectList, "all" | "bySlug">,
  slugs: readonly string[] | undefined,
): { chosen: readonly Project[]; unknown: ReadEvent[] } {
  if (!slugs) return { chosen: all, unknown: [] }
  const asked = [...new Set(slugs)]
  return {
    chosen: asked.flatMap((slug) => bySlug.get(slug) ?? []),
    unknown: asked
      .filter((slug) => !bySlug.has(slug))
      .map((slug) => ({
        type: "end",
        part: slug,
        outcome: { state: "failed", reason: `project ${slug} is not in the list of projects` },
      })),
  }
}
