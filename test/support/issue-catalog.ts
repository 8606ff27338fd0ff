// A catalog with a project and an issue blueprint that has one of everything, for tests of what entities may be.
import { onTestFinished } from "vitest"
import { type Answer, type RunningCatalog, startCatalog } from "./catalog.ts"
import { at, openTestDatabase } from "./engines.ts"

export interface IssueCatalog {
  catalog: RunningCatalog
  /** Its clock, which stands still otherwise. */
  later(ms: number): void
  blueprint(identifier: string, more: object): Promise<Answer>
  /** Of an issue, where no other blueprint is named. */
  post(body: unknown, query?: string, name?: string): Promise<Answer>
  get(identifier: string, query?: string, name?: string): Promise<unknown>
  status(identifier: string, name?: string): Promise<number>
}

/** Lives until the end of the test; its time begins at noon of 10 March 2026. */
export async function startIssueCatalog(engine: "sqlite" | "postgres"): Promise<IssueCatalog> {
  let now = Date.parse("2026-03-10T12:00:00.000Z")
  const clock = { now: () => now, sleep: async () => undefined }
  const catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
  onTestFinished(() => catalog.close())
  const blueprint = (identifier: string, more: object) =>
    catalog.request("POST", "/v1/blueprints", {
      identifier,
      title: identifier,
      schema: { properties: {} },
      ...more,
    })
  const path = (name: string, identifier: string) => `/v1/blueprints/${name}/entities/${identifier}`
  await blueprint("project", {})
  await blueprint("issue", issue)
  return {
    catalog,
    later(ms) {
      now += ms
    },
    blueprint,
    post: (body, query = "", name = "issue") =>
      catalog.request("POST", `/v1/blueprints/${name}/entities${query}`, body),
    get: async (identifier, query = "", name = "issue") =>
      at((await catalog.request("GET", `${path(name, identifier)}${query}`)).body, "entity"),
    status: async (identifier, name = "issue") =>
      (await catalog.request("GET", path(name, identifier))).status,
  }
}

const issue = {
  schema: {
    properties: {
      status: { type: "string", enum: ["open", "closed"] },
      count: { type: "number" },
      link: { type: "string", format: "url" },
      seen: { type: "string", format: "date-time" },
      tags: { type: "array", items: { type: "string" } },
      meta: { type: "object" },
      level: { type: "string", default: "info" },
    },
    required: [],
  },
  relations: { project: { target: "project" }, similar: { target: "issue", many: true } },
  ownership: { type: "Direct" },
}
