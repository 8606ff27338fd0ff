import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
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

it("believes a process of another start of the machine to live, since its number says nothing here", async () => {
  const child = spawn(process.execPath, ["-e", ""])
  await once(child, "exit")
  const gone = (boot: string) => leaseIdentity(boot).id.replace(/\/\d+\/[0-9a-f]+$/, `/${child.pid}/00000000`)
  const own = leaseIdentity("this start")
  expect(own.isGone(gone("this start"))).toBe(true)
  expect(own.isGone(gone("another start"))).toBe(false)
})

it("knows of itself which start of the machine it belongs to, where the system tells", () => {
  const told = "/proc/sys/kernel/random/boot_id"
  const expected = existsSync(told) ? readFileSync(told, "utf8").trim() : ""
  expect(leaseIdentity().id.split("/")[1]).toBe(expected)
})
