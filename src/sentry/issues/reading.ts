// The reading that `issue` and `issue-tag` share: every issue of every project that a search finds.
import { everyPart, type ReadEvent, type Reading } from "../../resync/kind.ts"
import { chooseProjects } from "../choose-projects.ts"
import type { RunContext } from "../run-context.ts"
import { createIssueScan } from "./issue-scan.ts"
import { chosenProjects, type IssueSelection, selectionKey } from "./selection.ts"
import { readSlices } from "./slices.ts"

export function issueReading(context: RunContext, selection: IssueSelection): Reading {
  return {
    key: `issues:${selectionKey(selection)}`,
    byPart: true,
    async parts(signal) {
      const projects = await context.projects(signal)
      if (!projects.ok) return undefined
      const wanted = new Set(chosenProjects(selection, projects.value).chosen.map(({ slug }) => slug))
      const all = projects.value.all.map(({ slug }) => slug)
      return { wanted: [...wanted], others: all.filter((slug) => !wanted.has(slug)) }
    },
    read: (signal, slugs) => readIssues(context, { selection, slugs }, signal),
  }
}

async function* readIssues(
  context: RunContext,
  { selection, slugs }: { selection: IssueSelection; slugs: readonly string[] | undefined },
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  const projects = await context.projects(signal)
  if (!projects.ok) {
    yield { type: "end", part: everyPart, outcome: projects.outcome }
    return
  }
  const { chosen, unknown } = chooseProjects(projects.value, slugs)
  yield* unknown
  const { chosen: selected, missing } = chosenProjects(selection, projects.value)
  for (const part of missing) {
    const reason = `selector.projects names "${part}", and the token can read no project of that slug or id`
    yield {
      type: "end",
      part,
      outcome: { state: "failed", reason, hint: "correct the name, or take it out" },
    }
  }
  const wanted = new Set(selected)
  // Of a project that the selector leaves out nothing is listed; while a name is missing it may be the one that is meant.
  if (missing.length === 0)
    for (const { slug } of chosen.filter((project) => !wanted.has(project)))
      yield { type: "end", part: slug, outcome: { state: "complete" } }
  const both = chosen.filter((project) => wanted.has(project))
  const areSome = slugs !== undefined
  yield* readSlices(createIssueScan(context, projects.value, selection), both, { areSome, signal })
}
