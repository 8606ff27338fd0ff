// The keys of the kinds' selectors, beside `query`. Keys nobody reads pass: the framework warns about them.
import { z } from "zod"
import { parseDuration } from "../../common/duration.ts"
import { expected } from "../../common/schema.ts"
import { yesOrNo } from "../../port/mapping-schema.ts"

const aTag = expected("the key of a tag, such as environment")
const Tag = z
  .string({ error: aTag })
  .trim()
  .regex(/[^.]/, { error: aTag })
  .default("environment")
  .describe("the tag whose values the -tag kinds add under __tags")

const aDuration = expected('a duration such as "30d", or "0"')

/** `"30d"` as milliseconds; a bare 0 may be a number in YAML. */
const KeepResolvedFor = z
  .union([z.string(), z.literal(0)], { error: aDuration })
  .refine((value) => parseDuration(String(value)) !== undefined, { error: aDuration })
  .optional()
  .describe("how long the entity of an issue stays after the issue left the list; 0: it goes at once")

const aPeriod = expected('a period that ends now, such as "14d" or "12h", at most 90 days')

/** Sentry keeps no more than ninety days. */
const longestPeriodMs = 90 * 86_400_000

const StatsPeriod = z
  .string({ error: aPeriod })
  .trim()
  .refine((text) => /^\d+[smhdw]$/.test(text) && isPeriod(parseDuration(text) ?? 0), { error: aPeriod })
  .optional()
  .describe("only issues with an event in this period, which ends now: 14d, 12h; at most 90 days")

function isPeriod(ms: number): boolean {
  return ms > 0 && ms <= longestPeriodMs
}

const anInstant = expected('an instant such as "2026-11-20T10:00:00Z", or a date')

const Instant = z
  .string({ error: anInstant })
  .trim()
  .refine(
    (text) =>
      /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) &&
      !Number.isNaN(Date.parse(text)),
    { error: anInstant },
  )
  .optional()

/** Names of a kind of thing; a list without any would ask for everything, which nobody means who writes it. */
function Names(what: string) {
  const error = expected(`a list of ${what}, at least one`)
  const name = z.union([z.string(), z.number()], { error }).transform((value) => String(value).trim())
  return z
    .array(
      name.refine((text) => text !== "", { error }),
      { error },
    )
    .min(1, { error })
    .max(100, { error: expected(`a list of ${what}, at most 100`) })
    .optional()
}

interface Windowed {
  statsPeriod?: string | undefined
  start?: string | undefined
  end?: string | undefined
}

/** One sentence for each pair of keys that cannot stand together. */
function checkWindow({ statsPeriod, start, end }: Windowed, context: z.RefinementCtx): void {
  const say = (key: string, message: string) => context.addIssue({ code: "custom", path: [key], message })
  if (statsPeriod !== undefined && (start ?? end) !== undefined)
    say("statsPeriod", "stands beside start or end: a window is told by one or the other")
  else if (end !== undefined && start === undefined) say("end", "needs start beside it")
  else if (start !== undefined && end !== undefined && Date.parse(start) >= Date.parse(end))
    say("end", "is not after start")
}

const issueKeys = {
  tag: Tag,
  /** False: archived issues are not in the catalog at all. */
  includeArchived: yesOrNo().default(true).describe("false: archived issues are not in the catalog at all"),
  /** Sentry's own search; "" lists every status. */
  issueQuery: z
    .string({ error: expected('a search of Sentry\'s, such as is:unresolved, or "" for every status') })
    .trim()
    .default("is:unresolved")
    .describe('which issues are listed, in the words of Sentry\'s search; "" lists every status'),
  keepResolvedFor: KeepResolvedFor,
  statsPeriod: StatsPeriod,
  start: Instant.describe("only issues with an event since this instant; Sentry keeps 90 days"),
  end: Instant.describe("only issues with an event between start and this instant"),
  environments: Names("environments").describe("only issues with an event in one of these environments"),
  projects: Names("slugs or ids of projects").describe("only issues of these projects, by slug or id"),
}

export const UserSelector = z.looseObject({})
export const TeamSelector = z.looseObject({
  includeMembers: yesOrNo().default(false).describe("true: each team has its members under __members"),
})
/** `tag` means something to project-tag only; the original accepts it here too. */
export const ProjectSelector = z.looseObject({ tag: Tag })
export const IssueSelector = z.looseObject(issueKeys).superRefine(checkWindow)
export type IssueSelector = z.infer<typeof IssueSelector>

export const IssueTagSelector = z
  .looseObject({
    ...issueKeys,
    tagSource: z
      .enum(["auto", "exact"], { error: expected("auto or exact") })
      .optional()
      .describe(
        "auto: the cheapest way that gives the same values; exact: the original's call for each issue",
      ),
  })
  .superRefine(checkWindow)
