// The API page, which the original's health checks ask for, and the document behind it. It loads nothing from anywhere.
import { Hono } from "hono"
import type { Operation } from "../common/operation.ts"
import { openApiDocument } from "./openapi.ts"

const docsOperations: readonly Operation[] = [
  {
    method: "get",
    path: "/docs",
    summary: "This page.",
    answers: { 200: { text: "The page.", type: "text/html" } },
  },
  {
    method: "get",
    path: "/openapi.json",
    summary: "The same as an OpenAPI document.",
    answers: { 200: { text: "The document." } },
  },
]

export function docsRoutes(operations: readonly Operation[], version: string): Hono {
  const app = new Hono()
  const all = [...operations, ...docsOperations]
  app.get("/openapi.json", (context) => context.json(openApiDocument(all, version)))
  for (const path of ["/docs", "/redoc"]) {
    app.get(path, async (context) => {
      const { docsPage } = await import("./docs-page.ts") // seldom asked for, so no start pays for it
      context.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
      return context.html(docsPage(all, version))
    })
  }
  return app
}
