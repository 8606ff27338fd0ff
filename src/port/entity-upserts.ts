// Entities into Port, in bulk and one by one: each gets an outcome, whatever becomes of the request it went with.
import pLimit from "p-limit"
import { z } from "zod"
import type { RetryPolicy } from "../common/http-retry.ts"
import { parseWith } from "../common/schema.ts"
import { throwIfFatal } from "./auth.ts"
import type { Entity } from "./entity.ts"
import { type BatchLimits, entityBatches } from "./entity-batches.ts"
import { failureText, mayPassLater, PortError, portStatus, type SendToPort } from "./request.ts"

/** What became of one entity of an upsert; the order is that of the entities given. */
export type UpsertOutcome = WrittenUpsert | FailedUpsert

export interface WrittenUpsert {
  ok: true
  entity: Entity
  /** As Port knows it, also where the mapping gave a search query. */
  identifier: string
  created: boolean
}

export interface FailedUpsert {
  ok: false
  entity: Entity
  status: number | undefined
  code: string
  message: string
  /** Worth another try later. */
  mayPassLater: boolean
  /** Port's judgement of this entity; false where the server, the load, our rights or the way there failed. */
  isVerdict: boolean
}

export interface UpsertOptions {
  merge: boolean
  createMissing: boolean
  /** The run these writes belong to, as Port shows it. */
  resyncId?: string
  /** Port checks the entities as for a write, and stores nothing. */
  validateOnly?: boolean
  signal?: AbortSignal | undefined
}

const BulkAnswer = z.looseObject({
  entities: z
    .array(z.looseObject({ index: z.number(), identifier: z.string(), created: z.boolean().default(false) }))
    .default([]),
  errors: z
    .array(
      z.looseObject({
        index: z.number(),
        statusCode: z.number().optional(),
        error: z.string().default("error"),
        message: z.string().default(""),
      }),
    )
    .default([]),
})
const OneAnswer = z.looseObject({
  entity: z.looseObject({
    identifier: z.string(),
    createdAt: z.unknown().optional(),
    updatedAt: z.unknown().optional(),
  }),
})

/** Statuses by which Port speaks of an entity's content; any other is about the request, or not from Port at all. */
const verdicts = new Set([400, 404, 409, 413, 422])

export interface EntityUpsertOptions {
  limits: BatchLimits
  /** Bulk requests in flight at a time, for the whole run. */
  concurrency: number
  /** For writes, whose entities get another chance at the end of the run anyway. */
  bulkRetry: RetryPolicy
}

export function entityUpserts(send: SendToPort, options: EntityUpsertOptions) {
  const inFlight = pLimit(options.concurrency)

  /**
   * Upserts entities of one blueprint, split into requests. Never throws for an entity or a request that failed; once
   * credentials are refused or the run is cancelled, nothing more is sent.
   */
  async function upsert(
    blueprint: string,
    entities: readonly Entity[],
    how: UpsertOptions,
  ): Promise<UpsertOutcome[]> {
    const groups = entityBatches(entities, options.limits)
    const fatal: unknown[] = []
    const outcomes = await Promise.all(
      groups.map((group) =>
        inFlight(async () => {
          if (fatal.length > 0) return []
          return upsertGroup(blueprint, group, how).catch((error: unknown) => {
            fatal.push(error)
            return []
          })
        }),
      ),
    )
    if (fatal.length > 0) throw fatal[0]
    return outcomes.flat()
  }

  async function upsertGroup(
    blueprint: string,
    group: Entity[],
    how: UpsertOptions,
  ): Promise<UpsertOutcome[]> {
    how.signal?.throwIfAborted()
    try {
      const answer = await send({
        method: "POST",
        path: `/blueprints/${encodeURIComponent(blueprint)}/entities/bulk`,
        query: upsertQuery(how),
        body: { entities: group },
        asExporter: true,
        repeatable: true,
        retry: options.bulkRetry,
        signal: how.signal,
      })
      return bulkOutcomes(group, parseWith(BulkAnswer, answer, "Port's answer to a bulk upsert"))
    } catch (error) {
      throwIfFatal(error)
      // One entity that is too big or malformed makes Port refuse the whole request; alone, only that one fails.
      if (portStatus(error) === 413 || portStatus(error) === 422)
        return Promise.all(group.map((entity) => upsertOne(blueprint, entity, how)))
      return group.map((entity) => failed(entity, error))
    }
  }

  /** Upserts one entity; a refusal is a value. */
  async function upsertOne(blueprint: string, entity: Entity, how: UpsertOptions): Promise<UpsertOutcome> {
    try {
      const answer = await send({
        method: "POST",
        path: `/blueprints/${encodeURIComponent(blueprint)}/entities`,
        query: upsertQuery(how),
        body: entity,
        asExporter: true,
        repeatable: true,
        retry: options.bulkRetry,
        signal: how.signal,
      })
      const written = parseWith(OneAnswer, answer, "Port's answer to an upsert").entity
      return {
        ok: true,
        entity,
        identifier: written.identifier,
        created: written.createdAt === written.updatedAt,
      }
    } catch (error) {
      throwIfFatal(error)
      return failed(entity, error)
    }
  }

  return { upsert, upsertOne }
}

function upsertQuery(how: UpsertOptions) {
  return {
    upsert: true,
    merge: how.merge,
    create_missing_related_entities: how.createMissing,
    validation_only: how.validateOnly ?? false,
    ocean_info_event_type: how.resyncId ? "resync" : "http_request",
    ocean_info_resync_id: how.resyncId,
  }
}

function bulkOutcomes(group: readonly Entity[], answer: z.infer<typeof BulkAnswer>): UpsertOutcome[] {
  const written = new Map(answer.entities.map((one) => [one.index, one]))
  const errors = new Map(answer.errors.map((one) => [one.index, one]))
  return group.map((entity, index) => {
    const one = written.get(index)
    const error = errors.get(index)
    if (one && !error) return { ok: true, entity, identifier: one.identifier, created: one.created }
    const status = error?.statusCode
    return {
      ok: false,
      entity,
      status,
      code: error?.error ?? "unanswered",
      message:
        error?.message || "Port's answer names this entity neither among the written nor among the refused",
      // A missing relation target may be written later in the run; a server's fault may pass.
      mayPassLater: isPassing(status) || status === 404,
      isVerdict: error !== undefined && !isPassing(status),
    }
  })
}

function failed(entity: Entity, error: unknown): UpsertOutcome {
  const status = portStatus(error)
  const code = error instanceof PortError ? error.code : "no_answer"
  return {
    ok: false,
    entity,
    status,
    code,
    message: failureText(error),
    mayPassLater: mayPassLater(error) || status === 404,
    isVerdict: status !== undefined && verdicts.has(status),
  }
}

/** An entity without a status of its own was not judged; one with a server's may be taken the next time. */
function isPassing(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 429 || status === 408
}
