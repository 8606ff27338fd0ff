// Pure: the routes of the process as an OpenAPI document.
import type { JsonObject } from "../common/json.ts"
import type { Operation } from "../common/operation.ts"

export function openApiDocument(operations: readonly Operation[], version: string): JsonObject {
  const paths: Record<string, JsonObject> = {}
  for (const { method, path, summary, query = {}, body, answers } of operations) {
    const responses = Object.fromEntries(
      Object.entries(answers).map(([status, { text, type = "application/json" }]) => [
        status,
        { description: text, content: { [type]: { schema: schemaOf(type) } } },
      ]),
    )
    const parameters = [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => parameter("path", name)),
      ...Object.entries(query).map(([name, text]) => ({ ...parameter("query", name), description: text })),
    ]
    paths[path] = {
      ...paths[path],
      [method]: {
        summary,
        ...(parameters.length > 0 ? { parameters } : {}),
        ...(body ? { requestBody: { content: { "application/json": { schema: body } } } } : {}),
        responses,
      },
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: "ocean-sentry", version, description: "Routes of the integration's own process." },
    paths,
  }
}

function parameter(place: "path" | "query", name: string): JsonObject {
  return { name, in: place, required: place === "path", schema: { type: "string" } }
}

function schemaOf(type: string): JsonObject {
  return type === "application/json" ? { type: "object" } : { type: "string" }
}
