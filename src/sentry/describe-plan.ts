// How a run read Sentry, at what cost, and why so: for the report.
import { type TagWay, wayNames } from "./issue-tags/plan.ts"
import type { TagTally } from "./issue-tags/tag-run.ts"
import type { Learned } from "./learned.ts"
import type { RunContext } from "./run-context.ts"

/** `learned`: of the parts of the run that were made by themselves. */
export function describePlan(
  { tags }: Pick<RunContext, "tags">,
  learned: Pick<Learned, "requests" | "off">,
): string[] {
  const requests = [...learned.requests()].sort(([, left], [, right]) => right - left)
  const total = requests.reduce((sum, [, count]) => sum + count, 0)
  const ways = new Map<string, string>([...learned.off(), ...tags.off])
  const off = [...ways].map(([way, reason]) => `${nameOf(way)} is not to be had: ${reason}`)
  return [
    ...[...tags.tallies].map(([key, tally]) => `issue-tag: ${key} of ${describeTally(tally)}`),
    ...off.map((sentence) => `issue-tag: ${sentence}`),
    ...(total > 0
      ? [
          `${total} requests to Sentry: ${requests.map(([template, count]) => `${count} × ${template}`).join(", ")}`,
        ]
      : []),
  ]
}

function nameOf(way: string): string {
  return Object.hasOwn(wayNames, way) ? wayNames[way as TagWay] : way // asked just before
}

function describeTally({ issues, known, why }: TagTally): string {
  const total = known + [...issues.values()].reduce((sum, count) => sum + count, 0)
  const parts = [...issues].map(([way, count]) => `${count} by ${wayNames[way]}`)
  const all = known > 0 ? [`${known} unchanged since they were read`, ...parts] : parts
  return `${total} issues: ${all.join(", ")}${why === undefined ? "" : ` (${why})`}`
}
