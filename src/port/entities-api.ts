// Port's routes for entities, one function each; those that write are in entity-upserts.ts.
import { z } from "zod"
import { batches } from "../common/concurrency.ts"
import type { JsonObject } from "../common/json.ts"
import { parseWith } from "../common/schema.ts"
import { throwIfFatal } from "./auth.ts"
import { type EntityUpsertOptions, entityUpserts } from "./entity-upserts.ts"
import { portStatus, type SendToPort } from "./request.ts"
import type { SearchQuery } from "./search-query.ts"

/** An entity as Port answers it; only asked-for keys are there. */
export const CatalogEntity = z.looseObject({
  identifier: z.string(),
  blueprint: z.string().optional(),
  title: z.unknown().optional(),
  icon: z.unknown().optional(),
  team: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  relations: z.record(z.string(), z.unknown()).optional(),
  updatedAt: z.string().optional(),
})
export type CatalogEntity = z.infer<typeof CatalogEntity>

/** What became of one request of a bulk delete. */
export type DeleteOutcome = { asked: readonly string[] } & (
  | { ok: true; deleted: readonly string[] }
  | { ok: false; error: unknown }
)

const SearchPage = z.looseObject({ entities: z.array(CatalogEntity), next: z.string().nullish() })
/** Of a list of our entities only what tells whose they are: it may be of a hundred thousand. */
const OwnedPage = z.looseObject({
  entities: z.array(
    z.object({ identifier: z.string(), blueprint: z.string().optional(), updatedAt: z.string().optional() }),
  ),
  next: z.string().nullish(),
})
const DeleteAnswer = z.looseObject({ deletedEntities: z.array(z.string()).default([]) })

export type EntitiesApi = ReturnType<typeof entitiesApi>

export interface EntitiesApiOptions extends EntityUpsertOptions {
  /** Entities in one bulk delete; Port takes at most 100. */
  deleteBatch: number
  /** Parts of the datasource name that mark an entity as ours (`User-Agent` around the version). */
  datasource: { prefix: string; suffix: string }
}

export function entitiesApi(send: SendToPort, options: EntitiesApiOptions) {
  /** Changes only the given keys of an entity that exists; `PortError` 404 where it does not. */
  async function patch(
    blueprint: string,
    identifier: string,
    body: JsonObject,
    signal?: AbortSignal,
  ): Promise<void> {
    await send({
      method: "PATCH",
      path: `/blueprints/${encodeURIComponent(blueprint)}/entities/${encodeURIComponent(identifier)}`,
      body,
      asExporter: true,
      repeatable: true,
      signal,
    })
  }

  /**
   * Entities of one blueprint, in pages. `include` names meta-properties with `$` and properties and relations by
   * their names. Catalogs without this route are asked by the global search instead, which knows no pages.
   */
  async function* search(
    blueprint: string,
    question: { query?: SearchQuery; include: readonly string[] },
    signal?: AbortSignal,
  ): AsyncGenerator<CatalogEntity[]> {
    let from: string | undefined
    do {
      const page: z.infer<typeof SearchPage> = parseWith(
        SearchPage,
        await send({
          method: "POST",
          path: `/blueprints/${encodeURIComponent(blueprint)}/entities/search`,
          query: { exclude_calculated_properties: true },
          body: {
            ...(question.query ? { query: question.query } : {}),
            include: question.include,
            limit: 1000,
            ...(from ? { from } : {}),
          },
          asExporter: true,
          repeatable: true,
          signal,
        }),
        "Port's answer to a search",
      )
      yield page.entities
      from = page.next && page.next !== from ? page.next : undefined
    } while (from)
  }

  /** The search over all blueprints: one answer, no pages. `include` has Port's dotted names here. */
  async function searchAll(
    query: SearchQuery,
    include: readonly string[],
    signal?: AbortSignal,
  ): Promise<CatalogEntity[]> {
    const answer = await send({
      method: "POST",
      path: "/entities/search",
      query: { exclude_calculated_properties: true, include },
      body: query,
      asExporter: true,
      repeatable: true,
      signal,
    })
    return parseWith(SearchPage, answer, "Port's answer to a search").entities
  }

  /** Entities whose last writer is this integration (any version of it) and that were last written before `before`. */
  async function* owned(before: Date, signal?: AbortSignal): AsyncGenerator<CatalogEntity[]> {
    let from: string | undefined
    do {
      const answer = await send({
        method: "POST",
        path: "/blueprints/entities/datasource-entities",
        body: {
          datasource_prefix: options.datasource.prefix,
          datasource_suffix: options.datasource.suffix,
          limit: 5000,
          before: before.toISOString(),
          ...(from ? { from } : {}),
        },
        asExporter: true,
        repeatable: true,
        signal,
      })
      const page = parseWith(OwnedPage, answer, "Port's answer to the datasource listing")
      yield page.entities
      from = page.next && page.next !== from ? page.next : undefined
    } while (from)
  }

  /**
   * Deletes entities of one blueprint with their dependents, in as many requests as it takes; one that fails does not
   * hold up the next. Identifiers that Port does not know are not among the deleted.
   */
  async function* deleteBulk(
    blueprint: string,
    identifiers: readonly string[],
    signal?: AbortSignal,
  ): AsyncGenerator<DeleteOutcome> {
    for (const asked of batches(identifiers, Math.min(100, options.deleteBatch))) {
      try {
        yield { ok: true, asked, deleted: await deleteGroup(blueprint, asked, signal) }
      } catch (error) {
        throwIfFatal(error)
        yield { ok: false, asked, error }
      }
    }
  }

  async function deleteGroup(
    blueprint: string,
    group: readonly string[],
    signal?: AbortSignal,
  ): Promise<string[]> {
    const answer = await send({
      method: "POST",
      path: `/blueprints/${encodeURIComponent(blueprint)}/bulk/entities/delete`,
      query: { delete_dependents: true },
      body: { entities: group },
      asExporter: true,
      repeatable: true,
      signal,
    })
    return parseWith(DeleteAnswer, answer, "Port's answer to a bulk delete").deletedEntities
  }

  /** Deletes one entity and nothing that depends on it. An entity that is not there counts as deleted. */
  async function deleteOne(blueprint: string, identifier: string, signal?: AbortSignal): Promise<void> {
    try {
      await send({
        method: "DELETE",
        path: `/blueprints/${encodeURIComponent(blueprint)}/entities/${encodeURIComponent(identifier)}`,
        query: { delete_dependents: false },
        asExporter: true,
        signal,
      })
    } catch (error) {
      if (portStatus(error) !== 404) throw error
    }
  }

  return {
    ...entityUpserts(send, options),
    patch,
    search,
    searchAll,
    owned,
    deleteBulk,
    deleteOne,
    datasource: options.datasource,
  }
}
