// Runs as they go on, for the stream of changes.
import type { RunHistory } from "../../resync/history/run-history.ts"
import { onlyNews, type StreamSource } from "../stream/stream-source.ts"

export function runStream(history: RunHistory): StreamSource {
  return {
    topic: "runs",
    open() {
      const news = onlyNews<{ at: number; run: { id: string } }>(
        ({ run }) => run.id,
        ({ at }) => String(at),
      )
      return async (since) =>
        news(await history.changedSince(since)).map(({ run }) => ({ event: "run", data: run }))
    },
  }
}
