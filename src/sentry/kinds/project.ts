// The organization's projects.
import { batches } from "../../common/concurrency.ts"
import { everyPart, type OpenKind, type RawItem, type ReadEvent } from "../../resync/kind.ts"
import type { Project } from "../api/projects.ts"
import { lookUpProjects, slugsIn } from "../project-look-up.ts"
import type { RunContext } from "../run-context.ts"
import { addNothing, defineKind, keepAlwaysMs } from "./define-kind.ts"
import { ProjectSelector } from "./selectors.ts"

export const projectKind = defineKind({
  name: "project",
  selector: ProjectSelector,
  open: (context: RunContext): OpenKind => ({
    reading: { key: "projects", read: (signal) => readProjects(context, signal) },
    enrich: addNothing,
    admits: () => true,
    lookUp: (origins, signal) =>
      lookUpProjects(context, origins, signal, async (origin, project) => ({
        origin,
        state: "found",
        item: projectItem(project),
      })),
    // A project that its own path shows is only hidden from the list.
    standing: () => ({ state: "left", keepMs: keepAlwaysMs }),
    idsIn: slugsIn,
    withId: (raw, slug) => ({ ...raw, slug }),
    idsInFindAll: true,
    listIsProof: false,
  }),
})

async function* readProjects(context: RunContext, signal: AbortSignal): AsyncGenerator<ReadEvent> {
  const projects = await context.projects(signal)
  if (!projects.ok) {
    yield { type: "end", part: everyPart, outcome: projects.outcome }
    return
  }
  for (const page of batches(projects.value.all, 100)) yield { type: "page", items: page.map(projectItem) }
  yield { type: "end", part: "", outcome: { state: "complete" } }
}

/** The slug is the id here: only it can be asked about on every server, and a renamed project is a new entity. */
function projectItem(project: Project): RawItem {
  return { raw: project.raw, origin: { part: "", id: project.slug } }
}
