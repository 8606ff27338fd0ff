import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { describe, expect, it, onTestFinished } from "vitest"
import { AppError } from "../common/errors.ts"
import { isOlder } from "./pages-folder.ts"
import { pageNotFound, pagesRoutes } from "./pages-routes.ts"

function builtPages(): string {
  const folder = mkdtempSync(join(tmpdir(), "pages-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, "assets"))
  writeFileSync(join(folder, "index.html"), '<meta name="csp-nonce" content="%NONCE%"><div id="root">')
  writeFileSync(join(folder, "assets", "main-abc.js"), "run()")
  writeFileSync(join(folder, "assets", "main-abc.js.gz"), gzipSync("run()"))
  return folder
}

const html = { headers: { accept: "text/html,*/*;q=0.8" } }

describe("the pages", () => {
  it("are one file for all their addresses, under a policy that lets nothing else in", async () => {
    const app = pagesRoutes({ folder: builtPages(), ready: async () => {} })
    for (const path of ["/", "/entities", "/entities/a/b%2Fc", "/runs/1", "/mapping", "/sign-in"]) {
      const answer = await app.request(path, html)
      expect(answer.status, path).toBe(200)
      const policy = answer.headers.get("content-security-policy") ?? ""
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "none"
      expect(await answer.text()).toContain(`content="${nonce}"`)
      expect(policy).toContain("default-src 'none'; script-src 'self';")
      expect(policy.replace("style-src-attr 'unsafe-inline'", "")).not.toContain("unsafe")
      expect(answer.headers.get("cache-control")).toBe("no-store")
    }
  })

  it("bear another nonce with every answer", async () => {
    const app = pagesRoutes({ folder: builtPages(), ready: async () => {} })
    const [first, second] = await Promise.all([app.request("/", html), app.request("/", html)])
    expect(await first.text()).not.toBe(await second.text())
  })

  it("leave the root to the plain page where no browser asks", async () => {
    const app = pagesRoutes({ folder: builtPages(), ready: async () => {} })
    expect((await app.request("/", { headers: { accept: "*/*" } })).status).toBe(404)
  })

  it("come with files that are kept for ever, compressed where the client takes that", async () => {
    const app = pagesRoutes({ folder: builtPages(), ready: async () => {} })
    const plain = await app.request("/assets/main-abc.js")
    expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable")
    expect(plain.headers.get("content-type")).toContain("javascript")
    expect(await plain.text()).toBe("run()")
    const packed = await app.request("/assets/main-abc.js", { headers: { "accept-encoding": "gzip" } })
    expect(packed.headers.get("content-encoding")).toBe("gzip")
    expect((await app.request("/assets/other.js")).status).toBe(404)
    expect((await app.request("/assets/..%2findex.html")).status).toBe(404)
  })

  it("show a browser that an address is nobody's, and tell anybody else in the original's words", async () => {
    const pages = { folder: builtPages(), ready: async () => {} }
    const app = pagesRoutes(pages)
    app.notFound(pageNotFound(pages))
    const seen = await app.request("/nowhere", html)
    expect(seen.status).toBe(404)
    expect(seen.headers.get("content-security-policy")).toContain("default-src 'none'")
    expect(await seen.text()).toContain('id="root"')
    for (const request of [{}, { headers: { accept: "*/*" } }, { ...html, method: "POST" }]) {
      const told = await app.request("/nowhere", request)
      expect(told.status).toBe(404)
      expect(await told.json()).toEqual({ detail: "Not Found" })
    }
  })

  it("say what is wrong where they could not be built", async () => {
    const ready = () =>
      Promise.reject(new AppError("pages_not_built", "the pages could not be built: no vite"))
    const answer = await pagesRoutes({ folder: "/nowhere", ready }).request("/entities", html)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain("no vite")
  })
})

describe("built pages", () => {
  it("are old when they are absent, or one of their sources is newer", () => {
    const folder = builtPages()
    const sources = mkdtempSync(join(tmpdir(), "sources-"))
    onTestFinished(() => rmSync(sources, { recursive: true }))
    mkdirSync(join(sources, "pages"))
    const source = join(sources, "pages", "entity.tsx")
    writeFileSync(source, "")
    const at = (file: string, seconds: number) => utimesSync(file, seconds, seconds)
    at(join(folder, "index.html"), 2_000)
    at(source, 1_000)
    expect(isOlder(folder, sources)).toBe(false)
    at(source, 3_000)
    expect(isOlder(folder, sources)).toBe(true)
    expect(isOlder(join(folder, "none"), sources)).toBe(true)
  })
})
