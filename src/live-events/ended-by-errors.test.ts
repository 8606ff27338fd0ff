import { EventEmitter } from "node:events"
import { PassThrough } from "node:stream"
import { describe, expect, it } from "vitest"
import { endedByErrors } from "./ended-by-errors.ts"

describe("a stream that its emitter's errors end", () => {
  it("is not waited for any longer when they come first, and is ended when it comes late", async () => {
    const emitter = new EventEmitter()
    const stream = new PassThrough()
    const opening = Promise.withResolvers<PassThrough>()
    const ended = endedByErrors(emitter, () => opening.promise)
    emitter.emit("error", new Error("no longer a member"))
    await expect(ended).rejects.toThrow("no longer a member")
    opening.resolve(stream)
    await opening.promise
    expect(stream.errored?.message).toBe("no longer a member")
  })

  it("ends while it is read", async () => {
    const emitter = new EventEmitter()
    const stream = await endedByErrors(emitter, async () => new PassThrough())
    const read = stream.toArray()
    emitter.emit("error", new Error("no longer a member"))
    await expect(read).rejects.toThrow("no longer a member")
  })

  it("rejects as the opening does", async () => {
    const failing = (): Promise<PassThrough> => Promise.reject(new Error("no broker"))
    await expect(endedByErrors(new EventEmitter(), failing)).rejects.toThrow("no broker")
  })
})
