// The entities one request touches: read together, changed in memory, written together.
import type { Kysely } from "kysely"
import { type SqlBool, sql } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import { entityKey } from "../../port/entity.ts"
import { ok, type Result, refused } from "../api-error.ts"
import { auditedEntity } from "../rules/audited.ts"
import type { RelationDefinition } from "../rules/blueprint-definition.ts"
import type { Query } from "../search/query.ts"
import { checkSearchable } from "../search/searchable.ts"
import { type AuditItem, type AuditOrigin, appendAudits } from "../store/audits.ts"
import type { BlueprintSet } from "../store/blueprints.ts"
import { rememberDatasource } from "../store/datasources.ts"
import {
  type EntityRecord,
  readEntities,
  readEntityKeys,
  readEntityPage,
  renameEntity,
  upsertEntityRows,
} from "../store/entities.ts"
import {
  deleteRelationsOf,
  insertRelations,
  type RelationRow,
  type Target,
  teamRelation,
} from "../store/relations.ts"
import { planSearch } from "../store/search-plan.ts"
import type { CatalogTables } from "../store/tables.ts"

export interface WorkingSetDeps {
  tx: Kysely<CatalogTables>
  json: JsonColumns
  blueprints: BlueprintSet
  writer: AuditOrigin
}

export class WorkingSet {
  readonly #deps: WorkingSetDeps
  /** Whole records, by key; undefined for those known to be absent. */
  readonly #records = new Map<string, EntityRecord | undefined>()
  /** Ids and titles of what relations point at. */
  readonly #targets = new Map<string, Target | undefined>()
  readonly #changed = new Map<string, EntityRecord>()
  /** How each changed one was before this request; undefined for those that were not. */
  readonly #before = new Map<string, EntityRecord | undefined>()
  readonly #relinked = new Set<string>()
  readonly #found = new Map<string, Target[]>()

  constructor(deps: WorkingSetDeps) {
    this.#deps = deps
  }

  /** Reads these entities in one go, so that `get` answers without asking. */
  async load(blueprint: string, identifiers: readonly string[]): Promise<void> {
    const unread = identifiers.filter((identifier) => !this.#records.has(entityKey(blueprint, identifier)))
    if (unread.length === 0) return
    for (const identifier of unread) this.#records.set(entityKey(blueprint, identifier), undefined)
    for (const record of await readEntities(this.#deps.tx, this.#deps.json, blueprint, unread)) {
      this.#remember(record)
    }
  }

  /** Finds out which of these exist, so that `target` answers without asking. */
  async loadTargets(wanted: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const unread = new Map<string, string[]>()
    for (const [blueprint, identifiers] of wanted) {
      const names = [...identifiers].filter(
        (identifier) => !this.#knowsTarget(entityKey(blueprint, identifier)),
      )
      if (names.length > 0) unread.set(blueprint, names)
      for (const name of names) this.#targets.set(entityKey(blueprint, name), undefined)
    }
    for (const row of await readEntityKeys(this.#deps.tx, this.#deps.json, unread)) {
      this.#targets.set(entityKey(row.blueprint, row.identifier), row)
    }
  }

  get(blueprint: string, identifier: string): EntityRecord | undefined {
    return this.#records.get(entityKey(blueprint, identifier))
  }

  target(blueprint: string, identifier: string): Target | undefined {
    const key = entityKey(blueprint, identifier)
    return this.#records.get(key) ?? this.#targets.get(key)
  }

  put(record: EntityRecord, options: { relinked: boolean }): void {
    const key = entityKey(record.blueprint, record.identifier)
    if (!this.#before.has(key)) this.#before.set(key, this.#records.get(key))
    this.#remember(record)
    this.#changed.set(key, record)
    if (options.relinked) this.#relinked.add(key)
  }

  /** Gives a stored entity another identifier, at once. */
  async rename(record: EntityRecord, identifier: string): Promise<void> {
    if (record.id === undefined) throw new Error("only a stored entity can be renamed")
    await renameEntity(this.#deps.tx, record.id, identifier)
    this.#records.set(entityKey(record.blueprint, record.identifier), undefined)
    this.#remember({ ...record, identifier })
    this.#before.set(entityKey(record.blueprint, identifier), record)
  }

  /** At most `limit` entities of the blueprint that the query finds, those of this request included. */
  async find(blueprint: string, query: Query, limit: number): Promise<Result<Target[]>> {
    const definition = this.#deps.blueprints.get(blueprint)?.definition
    const all = this.#deps.blueprints.definitions
    const refusal = definition && checkSearchable(query, { root: "search", blueprints: [definition], all })
    if (refusal) return refused(refusal)
    await this.flush()
    const key = `${blueprint}\u0000${limit}\u0000${JSON.stringify(query)}`
    const known = this.#found.get(key)
    if (known) return ok(known)
    const { tx, json, blueprints, writer } = this.#deps
    const context = { json, blueprints: blueprints.definitions, now: writer.now }
    const plan = planSearch(query, { ...context, ...(definition ? { within: definition } : {}) })
    const where = sql<SqlBool>`catalog_entities.blueprint = ${blueprint} and ${plan.where}`
    const records = await readEntityPage(tx, json, { ...plan, where, after: 0, limit, withTargets: false })
    const found = records.map(({ id, identifier, title }) => ({ id, identifier, title }))
    this.#found.set(key, found)
    return ok(found)
  }

  /** Writes what changed since the last time. */
  async flush(): Promise<void> {
    if (this.#changed.size === 0) return
    const { tx, json } = this.#deps
    const changed = [...this.#changed]
    const datasources = new Set(changed.flatMap(([, record]) => record.datasource ?? []))
    for (const name of datasources) await rememberDatasource(tx, name)
    const existed = changed.filter(([key, record]) => this.#relinked.has(key) && record.id !== undefined)
    for (const row of await upsertEntityRows(
      tx,
      changed.map(([, record]) => record),
    )) {
      const record = this.#records.get(entityKey(row.blueprint, row.identifier))
      if (record) record.id = row.id
    }
    await deleteRelationsOf(
      tx,
      json,
      existed.flatMap(([, record]) => record.id ?? []),
    )
    const links = changed
      .filter(([key]) => this.#relinked.has(key))
      .flatMap(([, record]) => this.#linksOf(record))
    await insertRelations(tx, links)
    await appendAudits(
      tx,
      this.#deps.writer,
      changed.map(([key, record]) => this.#auditOf(key, record)),
    )
    this.#changed.clear()
    this.#before.clear()
    this.#relinked.clear()
    this.#found.clear()
  }

  #auditOf(key: string, record: EntityRecord): AuditItem {
    const { blueprint, identifier } = record
    const definition = this.#deps.blueprints.get(blueprint)?.definition
    return {
      resourceType: "entity",
      resource: identifier,
      blueprint,
      before: auditedEntity(this.#before.get(key), definition),
      after: auditedEntity(record, definition),
    }
  }

  #remember(record: EntityRecord): void {
    this.#records.set(entityKey(record.blueprint, record.identifier), record)
  }

  #knowsTarget(key: string): boolean {
    return this.#targets.has(key) || this.#records.has(key)
  }

  #linksOf(record: EntityRecord): RelationRow[] {
    const relations = this.#deps.blueprints.get(record.blueprint)?.definition.relations ?? {}
    const rows: RelationRow[] = []
    for (const [relation, targets] of record.targets) {
      const blueprint = targetBlueprint(relations, relation)
      if (blueprint === undefined) continue
      targets.forEach((target, position) => {
        rows.push({
          source_id: idOf(record),
          relation,
          position,
          target_id: this.#idOfTarget(blueprint, target),
        })
      })
    }
    return rows
  }

  #idOfTarget(blueprint: string, target: Target): number {
    const key = entityKey(blueprint, target.identifier)
    const id = target.id ?? this.#records.get(key)?.id ?? this.#targets.get(key)?.id
    if (id === undefined) throw new Error(`the target ${blueprint}/${target.identifier} was never looked up`)
    return id
  }
}

function idOf(record: EntityRecord): number {
  if (record.id === undefined) throw new Error(`${record.blueprint}/${record.identifier} got no id`)
  return record.id
}

function targetBlueprint(
  relations: { [name: string]: RelationDefinition },
  relation: string,
): string | undefined {
  return relation === teamRelation ? "_team" : relations[relation]?.target
}
