// The pages: static files under a strict policy. Names below /assets carry a digest of the content and are kept for ever;
// everything else is asked for anew. Which page an address shows is decided in the browser, so all of them are one file.
import { randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { serveStatic } from "@hono/node-server/serve-static"
import { type Context, Hono, type MiddlewareHandler, type NotFoundHandler } from "hono"
import { errorText } from "../common/errors.ts"
import type { PagesFolder } from "./pages-folder.ts"

/** The first parts of the pages' addresses: of an integration, and of a host. */
const pages = ["entities", "blueprints", "runs", "live-events", "mapping", "ingest-data", "sign-in"]
export const hostPages = ["installations", "new-installation", "sign-in"]

export function pagesRoutes(pagesFolder: PagesFolder, names: readonly string[] = pages): Hono {
  const { folder } = pagesFolder
  const app = new Hono({ strict: false })
  const page = (c: Context) => pageOf(pagesFolder, c)
  app.get("/", async (c, next) => (wantsHtml(c) ? await page(c) : await next()))
  for (const name of names) {
    app.get(`/${name}`, page)
    app.get(`/${name}/*`, page)
  }
  const forEver = `public, max-age=${365 * 24 * 60 * 60}, immutable`
  app.get("/assets/*", files(folder, forEver))
  for (const name of ["/favicon.svg", "/color-scheme.js"]) app.get(name, files(folder, "no-cache"))
  return app
}

/** For an address that nothing has: the page that says so, where a browser asks for one. */
export function pageNotFound(pagesFolder: PagesFolder): NotFoundHandler {
  return async (c) => {
    if (c.req.method === "GET" && wantsHtml(c)) {
      c.status(404)
      return await pageOf(pagesFolder, c)
    }
    return c.json({ detail: "Not Found" }, 404)
  }
}

async function pageOf({ folder, ready }: PagesFolder, c: Context): Promise<Response> {
  try {
    await ready()
  } catch (error) {
    return c.text(`${errorText(error)}\n`, 503)
  }
  return await answerPage(c, folder)
}

const shared: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
]

/** Opened with the first request: in a clone the folder may not be there before. */
function files(root: string, caching: string): MiddlewareHandler {
  let serve: MiddlewareHandler | undefined
  return async (c, next) => {
    serve ??= serveStatic({ root, precompressed: true })
    const found = await serve(c, next)
    if (!found) return
    for (const [name, value] of shared) found.headers.set(name, value)
    found.headers.set("cache-control", caching)
    return found
  }
}

async function answerPage(c: Context, folder: string): Promise<Response> {
  const nonce = randomBytes(16).toString("base64")
  const html = await readFile(join(folder, "index.html"), "utf8")
  for (const [name, value] of shared) c.header(name, value)
  c.header("content-security-policy", policy(nonce))
  c.header("cross-origin-opener-policy", "same-origin")
  c.header("permissions-policy", "camera=(), geolocation=(), microphone=()")
  c.header("cache-control", "no-store")
  return c.html(html.replace("%NONCE%", nonce))
}

/** Nothing from elsewhere, no inline script; style elements only of ours, which bear the nonce. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'", // the editor places its marks by attributes; no text of others becomes markup
    "img-src 'self' data:", // the editor's marks
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ")
}

/** A browser does; curl, which asks for anything, gets the plain page. */
function wantsHtml(c: Context): boolean {
  return (c.req.header("accept") ?? "").includes("text/html")
}
