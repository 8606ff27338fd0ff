// The catalog as it would be: what Port holds, with the planned writes laid over it. The steps of a planned run read
// through this, so that a relation finds what an earlier step would have written.
import { batches } from "../../common/concurrency.ts"
import { onceEach } from "../../common/once-per.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import type { PortClient } from "../../port/client.ts"
import type { CatalogEntity } from "../../port/entities-api.ts"
import { entityKey } from "../../port/entity.ts"
import { findMatches, propertiesOf } from "../../port/match-query.ts"
import type { SearchQuery, SearchRule } from "../../port/search-query.ts"

/** An entity that the plan touches. */
export interface ShadowEntity {
  blueprint: string
  identifier: string
  /** As Port holds it; undefined where it holds none. */
  before: CatalogEntity | undefined
  /** As it would be; undefined where there would be none. */
  now: CatalogEntity | undefined
  /** Why, where it was not the mapping that asked for it. */
  because: string | undefined
}

export interface ShadowCatalog {
  /** The entities of a blueprint with these identifiers, as they would be. */
  get(blueprint: string, identifiers: readonly string[]): Promise<Map<string, CatalogEntity>>
  /** Whether Port itself holds it. The entity was asked for by `get` before. */
  isInPort(blueprint: string, identifier: string): boolean
  put(blueprint: string, entity: CatalogEntity, because?: string): void
  remove(blueprint: string, identifier: string, because?: string): void
  /** As the entities API searches one blueprint. */
  search(
    blueprint: string,
    question: { query?: SearchQuery; include: readonly string[] },
    signal?: AbortSignal,
  ): AsyncGenerator<CatalogEntity[]>
  /** What a query of a relation finds; undefined where only Port can tell. */
  find(blueprint: string, query: SearchQuery): Promise<string[] | undefined>
  /** Whether the plan changes any entity of this blueprint. */
  isTouched(blueprint: string): boolean
  touched(): ShadowEntity[]
  /** Those of one blueprint, by identifier. */
  touchedIn(blueprint: string): ReadonlyMap<string, ShadowEntity>
}

export interface ShadowDeps {
  port: PortClient
  /** The blueprint as it would be. */
  blueprint(identifier: string): Promise<Blueprint | undefined>
  /** Whether the blueprint is one that Port does not have yet. */
  isNew(blueprint: string): boolean
}

/** Identifiers in one search. */
const namesAtOnce = 50

export function createShadowCatalog({ port, blueprint: definitionOf, isNew }: ShadowDeps): ShadowCatalog {
  const held = new Map<string, CatalogEntity | undefined>()
  const planned = new Map<string, Map<string, ShadowEntity>>()
  const wholeOf = onceEach(readWhole)

  function planOf(blueprint: string): Map<string, ShadowEntity> {
    const of = planned.get(blueprint) ?? new Map<string, ShadowEntity>()
    planned.set(blueprint, of)
    return of
  }

  async function load(blueprint: string, identifiers: readonly string[]): Promise<void> {
    const unknown = [...new Set(identifiers)].filter((one) => !held.has(entityKey(blueprint, one)))
    const definition = unknown.length > 0 ? await definitionOf(blueprint) : undefined
    for (const one of unknown) held.set(entityKey(blueprint, one), undefined)
    if (!definition || isNew(blueprint)) return
    for (const group of batches(unknown, namesAtOnce)) {
      const query: SearchQuery = {
        combinator: "and",
        rules: [{ property: "$identifier", operator: "in", value: group }],
      }
      for await (const page of port.entities.search(blueprint, { query, include: allOf(definition) }))
        for (const entity of page) held.set(entityKey(blueprint, entity.identifier), entity)
    }
  }

  function set(
    blueprint: string,
    identifier: string,
    now: CatalogEntity | undefined,
    because?: string,
  ): void {
    const of = planOf(blueprint)
    const known = of.get(identifier)
    const before = known ? known.before : held.get(entityKey(blueprint, identifier))
    // What the mapping asks for is reason enough, whatever touched the entity first.
    of.set(identifier, { blueprint, identifier, before, now, because })
  }

  async function* search(
    blueprint: string,
    question: { query?: SearchQuery; include: readonly string[] },
    signal?: AbortSignal,
  ): AsyncGenerator<CatalogEntity[]> {
    const laid = [...planOf(blueprint).values()]
    const names = new Set(laid.map(({ identifier }) => identifier))
    if (!isNew(blueprint))
      for await (const page of port.entities.search(blueprint, question, signal))
        yield page.filter(({ identifier }) => !names.has(identifier))
    yield laid.flatMap(({ now }) => (now && answers(question.query, now) ? [now] : []))
  }

  /** Of the relations' targets only what queries look at is kept. */
  async function readWhole(key: string): Promise<CatalogEntity[]> {
    const [blueprint = "", ...properties] = key.split("\u0000")
    const include = ["$identifier", ...properties.filter((name) => name !== "$identifier")]
    const all: CatalogEntity[] = []
    if ((await definitionOf(blueprint)) && !isNew(blueprint))
      for await (const page of port.entities.search(blueprint, { include })) all.push(...page)
    return all
  }

  return {
    async get(blueprint, identifiers) {
      await load(blueprint, identifiers)
      const found = new Map<string, CatalogEntity>()
      for (const one of identifiers) {
        const laid = planOf(blueprint).get(one)
        const entity = laid ? laid.now : held.get(entityKey(blueprint, one))
        if (entity) found.set(one, entity)
      }
      return found
    },
    isInPort: (blueprint, identifier) => held.get(entityKey(blueprint, identifier)) !== undefined,
    put: (blueprint, entity, because) => set(blueprint, entity.identifier, entity, because),
    remove: (blueprint, identifier, because) => set(blueprint, identifier, undefined, because),
    search,
    async find(blueprint, query) {
      const whole = await wholeOf([blueprint, ...propertiesOf(query)].join("\u0000"))
      const laid = planOf(blueprint)
      const base = whole.filter(({ identifier }) => !laid.has(identifier))
      return findMatches(query, [...base, ...[...laid.values()].flatMap(({ now }) => (now ? [now] : []))])
    },
    isTouched: (blueprint) => planOf(blueprint).size > 0,
    touched: () => [...planned.values()].flatMap((of) => [...of.values()]),
    touchedIn: planOf,
  }
}

/** Everything of an entity that a write may change, in the names of a search's `include`. */
function allOf(definition: Blueprint): string[] {
  const names = [...Object.keys(definition.schema.properties), ...Object.keys(definition.relations)]
  return ["$identifier", "$title", "$icon", "$team", ...names]
}

/** What is planned would be written by us: rules about the writer hold of all of it. */
function answers(query: SearchQuery | undefined, entity: CatalogEntity): boolean {
  if (!query) return true
  const rules = query.rules.filter((rule) => "rules" in rule || !isAboutWriter(rule))
  return rules.length === 0 || findMatches({ ...query, rules }, [entity])?.length === 1
}

function isAboutWriter(rule: SearchRule): boolean {
  return rule.property === "$datasource"
}
