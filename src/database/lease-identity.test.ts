import { spawn } from "node:child_process"
import { once } from "node:events"
import { expect, it } from "vitest"
import { leaseIdentity } from "./lease-identity.ts"

it("tells a process of this machine that is gone from one that lives, and believes all others to live", async () => {
  const own = leaseIdentity()
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"])
  const name = own.id.replace(/\/\d+\/[0-9a-f]+$/, `/${child.pid}/00000000`)
  expect(own.isGone(name)).toBe(false)
  const ended = once(child, "exit")
  child.kill("SIGKILL")
  await ended
  expect(own.isGone(name)).toBe(true)
  expect(own.isGone(name.replace(/^[^/]*/, "elsewhere"))).toBe(false)
  expect(own.isGone(own.id)).toBe(false)
  expect(own.isGone("who knows")).toBe(false)
})
