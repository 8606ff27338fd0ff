// Port's routes for blueprints, one function each.
import { z } from "zod"
import type { JsonObject } from "../common/json.ts"
import { parseWith } from "../common/schema.ts"
import { Blueprint } from "./blueprint.ts"
import { portStatus, type SendToPort } from "./request.ts"

const BlueprintAnswer = z.looseObject({ blueprint: Blueprint })
const BlueprintsAnswer = z.looseObject({ blueprints: z.array(Blueprint) })

export type BlueprintsApi = ReturnType<typeof blueprintsApi>

export function blueprintsApi(send: SendToPort) {
  /** The blueprint, or undefined where Port has none of that name. */
  async function get(identifier: string, signal?: AbortSignal): Promise<Blueprint | undefined> {
    try {
      const answer = await send({
        method: "GET",
        path: `/blueprints/${encodeURIComponent(identifier)}`,
        signal,
      })
      return parseWith(BlueprintAnswer, answer, `Port's blueprint ${identifier}`).blueprint
    } catch (error) {
      if (portStatus(error) === 404) return undefined
      throw error
    }
  }

  /** All of the organization. */
  async function list(signal?: AbortSignal): Promise<Blueprint[]> {
    const answer = await send({ method: "GET", path: "/blueprints", signal })
    return parseWith(BlueprintsAnswer, answer, "Port's blueprints").blueprints
  }

  async function create(blueprint: JsonObject, signal?: AbortSignal): Promise<void> {
    const request = {
      method: "POST",
      path: "/blueprints",
      body: blueprint,
      asExporter: true,
      signal,
    } as const
    parseWith(BlueprintAnswer, await send(request), "Port's answer to a new blueprint")
  }

  async function patch(identifier: string, changes: JsonObject, signal?: AbortSignal): Promise<void> {
    const path = `/blueprints/${encodeURIComponent(identifier)}`
    const request = {
      method: "PATCH",
      path,
      body: changes,
      asExporter: true,
      repeatable: true,
      signal,
    } as const
    parseWith(
      BlueprintAnswer,
      await send(request),
      `Port's answer to a change of the blueprint ${identifier}`,
    )
  }

  async function remove(identifier: string, signal?: AbortSignal): Promise<void> {
    await send({
      method: "DELETE",
      path: `/blueprints/${encodeURIComponent(identifier)}`,
      asExporter: true,
      signal,
    })
  }

  return { get, list, create, patch, remove }
}
