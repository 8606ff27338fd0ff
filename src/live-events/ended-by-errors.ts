// A member of a Kafka group that cannot rejoin says so by an event, at any time: unheard, that would end the process.
import type { EventEmitter } from "node:events"
import type { Readable } from "node:stream"

/** The stream that `open` makes of the emitter. An error of the emitter ends it; one that comes before it is there rejects. */
export function endedByErrors<Stream extends Readable>(
  emitter: Pick<EventEmitter, "on">,
  open: () => Promise<Stream>,
): Promise<Stream> {
  return new Promise((resolve, reject) => {
    let opened: Stream | undefined
    let failed: Error | undefined
    emitter.on("error", (error: Error) => {
      failed ??= error
      opened?.destroy(error)
      reject(error)
    })
    open().then((stream) => {
      opened = stream
      // Whoever reads it meets the error then; until somebody does, it is no crash.
      stream.on("error", () => undefined)
      if (failed) stream.destroy(failed)
      resolve(stream)
    }, reject)
  })
}
