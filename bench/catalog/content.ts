// What the catalog is filled with: services, and issues that relate to them and to each other.
import type { JsonObject } from "../../src/common/json.ts"

export const issuesPerService = 100

export const blueprints: readonly JsonObject[] = [
  {
    identifier: "service",
    title: "Service",
    schema: { properties: { tier: { type: "string" }, language: { type: "string" } } },
    relations: {},
  },
  {
    identifier: "issue",
    title: "Issue",
    schema: {
      properties: {
        link: { type: "string", format: "url" },
        status: { type: "string", enum: ["unresolved", "resolved", "ignored"] },
        level: { type: "string" },
        culprit: { type: "string" },
        count: { type: "number" },
        isUnhandled: { type: "boolean" },
        firstSeen: { type: "string", format: "date-time" },
        environments: { type: "array", items: { type: "string" } },
        release: { type: "string" },
        assignee: { type: "string", format: "user" },
      },
    },
    relations: {
      service: { target: "service", required: false, many: false },
      duplicateOf: { target: "issue", required: false, many: false },
    },
    mirrorProperties: { tier: { path: "service.tier" } },
  },
]

export function serviceOf(index: number): JsonObject {
  return {
    identifier: serviceName(index),
    title: `Service ${index}`,
    properties: { tier: index % 2 ? "one" : "two", language: ["python", "go", "java"][index % 3] ?? "go" },
  }
}

/** `version` counts how often it was changed. Numbers are scattered, so that no index is filled in its own order. */
export function issueOf(index: number, version = 0): JsonObject {
  const scattered = (index * 7_919) % 1_000_003
  return {
    identifier: String(4_000_000 + scattered),
    title: `TypeError: cannot read property ${scattered} of undefined`,
    properties: {
      link: `https://acme.sentry.io/issues/${4_000_000 + scattered}/`,
      status: ["unresolved", "resolved", "ignored"][(index + version) % 3] ?? "unresolved",
      level: ["error", "warning", "info", "fatal"][index % 4] ?? "error",
      culprit: `app/handlers/module_${scattered % 500}.py in function_${scattered % 5_000}`,
      count: (scattered % 10_000) + version,
      isUnhandled: index % 5 === 0,
      firstSeen: new Date(firstSeenFrom + (scattered % 500_000) * 60_000).toISOString(),
      environments: environmentsOf(index),
      release: releaseOf(scattered),
      assignee: `person-${scattered % 200}@acme.example`,
    },
    relations: {
      service: serviceName(Math.floor(index / issuesPerService)),
      duplicateOf: index % 10 === 9 ? (issueOf(index - 1).identifier ?? null) : null,
    },
  }
}

export const firstSeenFrom = Date.UTC(2025, 0, 1)

export function serviceName(index: number): string {
  return `service-${index}`
}

export function releaseOf(scattered: number): string {
  return `backend@1.${scattered % 2_000}.0`
}

function environmentsOf(index: number): string[] {
  return index % 50 === 0 ? ["production", `preview-${index % 1_000}`] : ["production", "staging"]
}
