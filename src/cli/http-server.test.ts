// In a process of its own, since what a process has loaded stays loaded.
import { execFileSync } from "node:child_process"
import { expect, it } from "vitest"

const listening = "{ port: 0, host: undefined, furtherPorts: 0 }"

it("loads Node's own fetch with the first request where that may never come", () => {
  expect(asked(`{ ...${listening}, isSeldomAsked: true }`)).toEqual({
    before: false,
    text: "here",
    after: true,
  })
})

it("has loaded it where requests are expected, so that the first one need not wait", () => {
  expect(asked(listening)).toEqual({ before: true, text: "here", after: true })
})

/** Whether it is loaded before and after a request, and the answer. */
function asked(options: string): unknown {
  const program = `
    import { Hono } from ${JSON.stringify(import.meta.resolve("hono"))}
    import { listen } from ${JSON.stringify(new URL("./http-server.ts", import.meta.url).href)}
    const hasFetch = () => process.moduleLoadList.some((name) => name.endsWith("deps/undici/undici"))
    const app = new Hono().get("/", (c) => c.text("here"))
    const server = await listen(app, ${options})
    const before = hasFetch()
    const http = process.getBuiltinModule("node:http")
    const text = await new Promise((resolve) =>
      http.get(server.url, (answer) => answer.setEncoding("utf8").on("data", resolve)),
    )
    await server.close()
    process.stdout.write(JSON.stringify({ before, text, after: hasFetch() }))
  `
  const words = ["--input-type=module", "--eval", program]
  return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }))
}
