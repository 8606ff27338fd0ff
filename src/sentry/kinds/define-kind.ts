// A kind of Sentry's: its name, its selector, and how it is opened for one resource of the mapping.
import type { z } from "zod"
import type { ReadPaths } from "../../mapping/jq-paths.ts"
import type { Enriched, KindDefinition, OpenKind, RawItem } from "../../resync/kind.ts"
import type { RunContext } from "../run-context.ts"

export interface SentryKind extends KindDefinition {
  /** `reads`: what the mapping may read of the kind's objects. */
  open(context: RunContext, selector: Record<string, unknown>, reads: ReadPaths): OpenKind
}

/** The author of a kind sees the selector's own type; the list of kinds needs no type parameter. */
export function defineKind<S extends Record<string, unknown>>(kind: {
  name: string
  selector: z.ZodType<S>
  open(context: RunContext, selector: S, reads: ReadPaths): OpenKind
}): SentryKind {
  return {
    name: kind.name,
    selector: kind.selector,
    open: (context, selector, reads) => kind.open(context, kind.selector.parse(selector), reads),
  }
}

/** For kinds whose objects need nothing more. */
export async function addNothing(items: RawItem[]): Promise<Enriched> {
  return { items, without: 0, unread: [] }
}

/** For objects that a list hides but that live on: no time after which they are to be dropped. A hundred years. */
export const keepAlwaysMs = 100 * 365 * 86_400_000
