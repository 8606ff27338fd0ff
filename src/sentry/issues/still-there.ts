// Whether the project of a missing issue is one that would have shown it.
import { onceEach } from "../../common/once-per.ts"
import { projectFate } from "../project-look-up.ts"
import { isSlug, type ProjectList, type RunContext } from "../run-context.ts"

export type StillThere =
  /** In this run's list, and its issues can be read: an issue it does not have is gone. */
  | { state: "readable" }
  /** It is gone itself, and its issues with it. */
  | { state: "gone"; evidence: string }
  /** It is there under another slug, or hidden from the list: ask for the issue itself. */
  | { state: "moved" }
  | { state: "unknown"; reason: string }

/** Each project is asked about once. */
export function createStillThere(
  context: RunContext,
  projects: ProjectList | undefined,
  signal: AbortSignal,
): (slug: string) => Promise<StillThere> {
  return onceEach(async (slug): Promise<StillThere> => {
    if (!projects) return { state: "unknown", reason: "the list of projects could not be read in this run" }
    const project = projects.bySlug.get(slug)
    if (project) return readable(context, slug, signal)
    if (!isSlug(slug)) return { state: "unknown", reason: `"${slug}" is no slug of a project` }
    const fate = await projectFate(context, slug, signal)
    if (fate.state === "there" || fate.state === "renamed") return { state: "moved" }
    return fate
  })
}

async function readable(context: RunContext, slug: string, signal: AbortSignal): Promise<StillThere> {
  if (context.issueParts.get(slug)?.state === "complete") return { state: "readable" }
  for await (const page of context.client.projectIssues(slug, "", signal, 1)) {
    if (page.ok) break
    return { state: "unknown", reason: `its project cannot be read: ${page.outcome.reason}` }
  }
  return { state: "readable" }
}
