// What views of some projects have learned, brought into the run that they are parts of: it may be another process's.
import { z } from "zod"
import type { JsonObject } from "../common/json.ts"
import { parseWith } from "../common/schema.ts"
import type { SourceOutcome } from "../resync/kind.ts"
import { countIssues, tallyOf } from "./issue-tags/tag-run.ts"
import type { RunContext } from "./run-context.ts"

export interface Learned {
  /** Of a view of this run. Requests are those since this was last asked, of whichever view. */
  of(part: RunContext): JsonObject
  take(from: JsonObject): void
  /** Requests of this run that were made by views and told by them, less those that `of` has told elsewhere. */
  requests(): ReadonlyMap<string, number>
  /** Ways to the tags that were not to be had in some view, and why. */
  off(): readonly (readonly [way: string, reason: string])[]
}

const Told = z.object({
  issueParts: z.array(z.tuple([z.string(), z.custom<SourceOutcome>()])),
  tallies: z.array(
    z.object({
      key: z.string(),
      known: z.number(),
      why: z.string().nullable(),
      issues: z.array(
        z.tuple([z.enum(["nothing", "exact", "single", "explore", "environments"]), z.number()]),
      ),
    }),
  ),
  requests: z.array(z.tuple([z.string(), z.number()])),
  off: z.array(z.tuple([z.string(), z.string()])),
})

export function createLearned(context: RunContext): Learned {
  const { client, tags } = context
  const told = new Map<string, number>()
  const requests = new Map<string, number>()
  const off = new Map<string, string>()

  function requestsSinceTold(): [string, number][] {
    const fresh = [...client.requests()].flatMap(([template, count]): [string, number][] => {
      const more = count - (told.get(template) ?? 0)
      return more > 0 ? [[template, more]] : []
    })
    for (const [template, more] of fresh) told.set(template, (told.get(template) ?? 0) + more)
    return fresh
  }

  return {
    of: (part) => ({
      issueParts: [...part.issueParts].map(([slug, outcome]) => [slug, { ...outcome }]),
      tallies: [...part.tags.tallies].map(([key, { known, why, issues }]) => ({
        key,
        known,
        why: why ?? null,
        issues: [...issues],
      })),
      requests: requestsSinceTold(),
      off: [...part.tags.off],
    }),
    take(from) {
      const parsed = parseWith(Told, from, "what a part has learned")
      for (const [slug, outcome] of parsed.issueParts)
        if (context.issueParts.get(slug)?.state !== "complete") context.issueParts.set(slug, outcome)
      for (const { key, known, why, issues } of parsed.tallies) {
        const tally = tallyOf(tags, key)
        tally.known += known
        tally.why ??= why ?? undefined
        for (const [way, count] of issues) countIssues(tally, way, count)
      }
      for (const [template, count] of parsed.requests)
        requests.set(template, (requests.get(template) ?? 0) + count)
      for (const [way, reason] of parsed.off) off.set(way, reason)
    },
    requests() {
      const all = new Map(requests)
      for (const [template, count] of client.requests()) {
        const own = count - (told.get(template) ?? 0)
        if (own > 0) all.set(template, (all.get(template) ?? 0) + own)
      }
      return all
    },
    off: () => [...off],
  }
}
