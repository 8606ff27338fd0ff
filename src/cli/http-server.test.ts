// In a process of its own, since what a process has loaded stays loaded.
import { execFileSync } from "node:child_process"
import { expect, it } from "vitest"

it("loads Node's own fetch with the first request, and not before", () => {
  const program = `
    import { Hono } from ${JSON.stringify(import.meta.resolve("hono"))}
    import { listen } from ${JSON.stringify(new URL("./http-server.ts", import.meta.url).href)}
    const hasFetch = () => process.moduleLoadList.some((name) => name.endsWith("deps/undici/undici"))
    const app = new Hono().get("/", (c) => c.text("here"))
    const server = await listen(app, { port: 0, host: undefined, furtherPorts: 0 })
    const before = hasFetch()
    const http = process.getBuiltinModule("node:http")
    const text = await new Promise((resolve) =>
      http.get(server.url, (answer) => answer.setEncoding("utf8").on("data", resolve)),
    )
    await server.close()
    process.stdout.write(JSON.stringify({ before, text, after: hasFetch() }))
  `
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  })
  expect(JSON.parse(output)).toEqual({ before: false, text: "here", after: true })
})
