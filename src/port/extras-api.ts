// Port's routes for what a first start may bring beside blueprints: actions, scorecards, pages. Their shape is Port's.
import type { JsonObject } from "../common/json.ts"
import type { SendToPort } from "./request.ts"

export type ExtrasApi = ReturnType<typeof extrasApi>

export function extrasApi(send: SendToPort) {
  async function createAction(action: JsonObject, signal?: AbortSignal): Promise<void> {
    await send({ method: "POST", path: "/actions", body: action, signal })
  }

  async function createScorecard(
    blueprint: string,
    scorecard: JsonObject,
    signal?: AbortSignal,
  ): Promise<void> {
    const path = `/blueprints/${encodeURIComponent(blueprint)}/scorecards`
    await send({ method: "POST", path, body: scorecard, signal })
  }

  async function createPage(page: JsonObject, signal?: AbortSignal): Promise<void> {
    await send({ method: "POST", path: "/pages", body: page, signal })
  }

  return { createAction, createScorecard, createPage }
}
