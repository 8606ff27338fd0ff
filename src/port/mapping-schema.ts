// The shape of a mapping as people write it. The words of `describe` are shown by editors beside each key.
import { z } from "zod"
import { expected } from "../common/schema.ts"

/** A jq expression, or an object or list of them that keeps its shape. */
export type MappingValue = string | { [key: string]: MappingValue } | MappingValue[]

/** YAML turns `true` and `5` into other types than text; as jq they are meant all the same. */
const Jq = z
  .union([z.string(), z.number(), z.boolean()], { error: expected("a jq expression (text)") })
  .transform(String)
  .refine((text) => text.trim() !== "", { error: "is empty: a jq expression is needed" })

const aRule = expected("a rule (property, operator, value), or a search query")

const SearchRuleKeys = z.object({
  property: Jq.describe("jq: the property to look at, such as '\"$identifier\"'"),
  operator: Jq.describe("jq: '\"=\"', '\"in\"', '\"contains\"' or '\"containsAny\"'"),
  value: Jq.describe("jq: what to compare with"),
})
const SearchRule = z.preprocess(withOneOf("property", "operator", "value"), SearchRuleKeys)

const SearchQuery: z.ZodType<MappingValue> = z
  .preprocess(
    withOneOf("combinator", "rules"),
    z.lazy(() =>
      z.object({
        combinator: Jq.describe("jq: '\"and\"' or '\"or\"'"),
        rules: z.array(z.union([SearchRule, SearchQuery], { error: aRule }), {
          error: expected("a list of rules"),
        }),
      }),
    ),
  )
  .describe("A search: Port finds the entities when it writes this one.")

const JqOrSearch = z.union([Jq, SearchQuery], {
  error: expected("a jq expression (text), or a search query with combinator and rules"),
})

const EntityMappingKeys = z.object(
  {
    identifier: JqOrSearch.describe("jq: the entity's identifier; or a search that finds the one entity"),
    blueprint: Jq.describe("jq: the blueprint; a constant is a text in the text: '\"sentryIssue\"'"),
    title: Jq.optional().describe("jq: the entity's title"),
    icon: Jq.optional().describe("jq: the entity's icon"),
    team: JqOrSearch.optional().describe("jq: the owning teams; or a search that finds them"),
    properties: z
      .record(
        z.string(),
        Jq,
        // A list or an object is built inside the expression.
        { error: expected("a map of jq expressions") },
      )
      .default({})
      .describe("jq for each property"),
    relations: z
      .record(z.string(), JqOrSearch, {
        error: expected("a map of jq expressions and search queries"),
      })
      .default({})
      .describe("jq for each relation: an identifier or a list of them; or a search"),
  },
  { error: expected("a mapping of an entity (identifier, blueprint …)") },
)

/** Keys left without a value in YAML are as good as absent, where a key may be absent. */
const EntityMapping = z.preprocess(dropEmpty("title", "icon", "team"), EntityMappingKeys)
export type EntityMapping = z.infer<typeof EntityMapping>

const Port = z.object(
  {
    itemsToParse: Jq.optional().describe(
      "jq that gives a list: the mapping is applied once per item of it, on a copy of the object",
    ),
    itemsToParseName: z
      .union([z.string(), z.number(), z.boolean()], {
        error: expected("the key under which the item stands"),
      })
      .transform(String)
      .refine((key) => key !== "", { error: "is empty: the key under which the item stands is needed" })
      .default("item")
      .describe("the key under which the item stands in the copy"),
    itemsToParseTopLevelTransform: yesOrNo()
      .default(true)
      .describe("whether the list is cut from the copies; with false they keep it"),
    entity: z.object(
      {
        mappings: z
          .union([EntityMapping, z.array(EntityMapping).min(1, { error: "is an empty list" })], {
            error: expected("a mapping of an entity (identifier, blueprint …)"),
          })
          .describe("what the entity is made of; a list makes several entities of each object"),
      },
      { error: expected("an object with mappings") },
    ),
  },
  { error: expected("an object with entity") },
)

const Selector = z.looseObject(
  {
    query: Jq.describe("jq: objects for which it gives true are mapped; all of them: 'true'"),
    exportEnvVariables: z
      .array(z.string({ error: expected("a name") }), { error: expected("a list of names") })
      .optional()
      .describe("has no effect here"),
  },
  { error: expected("an object with query") },
)

export const ResourceShape = z.object(
  {
    kind: z.string({ error: expected("the name of a kind") }).describe("which of Sentry's objects"),
    enableDelete: z
      .boolean({ error: expected("true or false, without quotes") })
      .default(true)
      .describe("false: no resync deletes what this resource makes"),
    selector: Selector,
    port: z.preprocess(dropEmpty("itemsToParse"), Port),
  },
  { error: expected("an object with kind, selector and port") },
)

export const MappingShape = z.object(
  {
    deleteDependentEntities: yesOrNo()
      .default(true)
      .describe("deleting an entity deletes those that need it by a required relation"),
    createMissingRelatedEntities: yesOrNo()
      .default(true)
      .describe("Port creates the targets of relations that do not exist yet"),
    enableMergeEntity: yesOrNo()
      .default(true)
      .describe("entities keep what this mapping does not name; false: they are replaced"),
    entityDeletionThreshold: z
      .number({ error: expected("a number from 0 to 1") })
      .min(0, { error: expected("a number from 0 to 1") })
      .max(1, { error: expected("a number from 0 to 1") })
      .default(0.9)
      .describe("the largest share of its entities that one resync may delete"),
    resources: z
      .array(z.unknown(), { error: expected("a list of resources") })
      .default([])
      .describe("one entry per mapping of a kind; a kind may have several"),
  },
  { error: expected("a mapping with resources") },
)

/** The keys people may write, level by level. */
export const mappingKeys = {
  top: Object.keys(MappingShape.shape),
  resource: Object.keys(ResourceShape.shape),
  selector: Object.keys(Selector.shape),
  port: Object.keys(Port.shape),
  entity: ["mappings"],
  mappings: Object.keys(EntityMappingKeys.shape),
  searchQuery: ["combinator", "rules"],
  searchRule: Object.keys(SearchRuleKeys.shape),
}

/**
 * True or false, in the words that the original takes for it. Not for `enableDelete`, where it takes only the real thing.
 */
export function yesOrNo() {
  return z.preprocess(asBoolean, z.boolean({ error: expected("true or false") }))
}

function asBoolean(value: unknown): unknown {
  const word = typeof value === "string" || typeof value === "number" ? String(value).toLowerCase() : ""
  if (["true", "yes", "on", "y", "t", "1"].includes(word)) return true
  if (["false", "no", "off", "n", "f", "0"].includes(word)) return false
  return value
}

/** An object without any of these keys is something else, not one with all of them missing. */
function withOneOf(...keys: string[]) {
  return (value: unknown, context: z.RefinementCtx): unknown => {
    const has = typeof value === "object" && value !== null && keys.some((key) => key in value)
    if (!has) context.addIssue({ code: "custom", message: "something else" })
    return value
  }
}

function dropEmpty(...keys: string[]) {
  return (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value
    return Object.fromEntries(
      Object.entries(value).filter(([key, held]) => held !== null || !keys.includes(key)),
    )
  }
}
