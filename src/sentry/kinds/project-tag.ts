// One item per value of a tag in each project: by default the project's environments.
import { mergeAsync } from "../../common/concurrency.ts"
import {
  everyPart,
  type OpenKind,
  type Origin,
  type RawItem,
  type RawObject,
  type ReadEvent,
  type SourceOutcome,
  type Verdict,
} from "../../resync/kind.ts"
import type { Project } from "../api/projects.ts"
import { chooseProjects } from "../choose-projects.ts"
import { lookUpProjects, slugsIn } from "../project-look-up.ts"
import type { RunContext } from "../run-context.ts"
import { addNothing, defineKind, keepAlwaysMs } from "./define-kind.ts"
import { ProjectSelector } from "./selectors.ts"

export const projectTagKind = defineKind({
  name: "project-tag",
  selector: ProjectSelector,
  open: (context: RunContext, { tag }): OpenKind => ({
    reading: {
      key: `project-tags:${tag}`,
      byPart: true,
      async parts(signal) {
        const projects = await context.projects(signal)
        return projects.ok ? { wanted: projects.value.all.map(({ slug }) => slug), others: [] } : undefined
      },
      read: (signal, slugs) => readProjectTags(context, { tag, slugs }, signal),
    },
    readPart: (slug, signal) => readProjectTags(context, { tag, slugs: [slug] }, signal),
    enrich: addNothing,
    admits: () => true,
    lookUp: (origins, signal) =>
      lookUpProjects(context, origins, signal, (origin, project) =>
        describeFound(context, tag, origin, project, signal),
      ),
    standing: () => ({ state: "left", keepMs: keepAlwaysMs }),
    idsIn: slugsIn,
    withId: (raw, slug) => ({ ...raw, slug }),
    idsInFindAll: true,
    listIsProof: false,
  }),
})

/** Projects read at the same time; the limiter decides how many requests that is. */
const projectsAtOnce = 8

async function* readProjectTags(
  context: RunContext,
  { tag, slugs }: { tag: string; slugs: readonly string[] | undefined },
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  const projects = await context.projects(signal)
  if (!projects.ok) {
    for (const part of slugs ?? [everyPart]) yield { type: "end", part, outcome: projects.outcome }
    return
  }
  const { chosen, unknown } = chooseProjects(projects.value, slugs)
  yield* unknown
  yield* mergeAsync(
    chosen.map((project) => () => readTagsOf(context, tag, project, signal)),
    { concurrency: projectsAtOnce },
  )
}

async function* readTagsOf(
  context: RunContext,
  tag: string,
  project: Project,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  const { outcome, values } = await readValues(context, tag, project, signal)
  if (values.length > 0) yield { type: "page", items: values.map((value) => tagItem(project, value)) }
  yield { type: "end", part: project.slug, outcome }
}

async function readValues(
  context: RunContext,
  tag: string,
  project: Project,
  signal: AbortSignal,
): Promise<{ outcome: SourceOutcome; values: RawObject[] }> {
  const answer = await context.client.projectTagValues(project.slug, tag, signal)
  // A project without any event of the tag answers 404 with JSON: it has no value, and that is all there is to read.
  const empty = !answer.ok && answer.why === "missing"
  const values = answer.ok ? answer.value : []
  const outcome: SourceOutcome = answer.ok || empty ? { state: "complete" } : answer.outcome
  const [first] = values
  context.tagParts.set(partKey(tag, project), { outcome, example: first })
  return { outcome, values }
}

function tagItem(project: Project, value: RawObject): RawItem {
  return { raw: { ...project.raw, __tags: value }, origin: { part: project.slug, id: project.id } }
}

/**
 * Of a listed project that has values, one stands for all: this run has read the others too. Of a hidden one, which
 * value it is about is not known.
 */
async function describeFound(
  context: RunContext,
  tag: string,
  origin: Origin,
  project: Project,
  signal: AbortSignal,
): Promise<Verdict> {
  if (!context.tagParts.has(partKey(tag, project))) await readValues(context, tag, project, signal)
  const part = context.tagParts.get(partKey(tag, project))
  if (part?.outcome.state !== "complete") {
    return { origin, state: "unknown", reason: part?.outcome.reason ?? "its tag values were not read" }
  }
  if (!part.example) {
    return { origin, state: "gone", evidence: `project ${project.slug} has no value of the tag ${tag}` }
  }
  const listed = await context.projects(signal)
  if (listed.ok && listed.value.byId.has(project.id)) {
    return { origin, state: "found", item: tagItem(project, part.example) }
  }
  return { origin, state: "unknown", reason: `project ${project.slug} exists, but is not in the list` }
}

function partKey(tag: string, project: Project): string {
  return `${tag}\u0000${project.slug}`
}
