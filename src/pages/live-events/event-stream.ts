// Live events as they come and end, for the stream of changes.
import { onlyNews, type StreamSource } from "../stream/stream-source.ts"
import { type EventRoutesDeps, viewDepth, viewRow } from "./event-routes.ts"

export function eventStream({ views, log }: Pick<EventRoutesDeps, "views" | "log">): StreamSource {
  return {
    topic: "live-events",
    open() {
      const news = onlyNews<ReturnType<typeof viewRow>>(
        ({ id }) => String(id),
        ({ state, attempts, outcome }) => JSON.stringify([state, attempts, outcome]),
      )
      const newDepth = onlyNews<ReturnType<typeof viewDepth>>(() => "depth", JSON.stringify)
      return async (since) => [
        ...news((await views.changedSince(since)).map(viewRow)).map((data) => ({
          event: "live-event",
          data,
        })),
        ...newDepth([viewDepth(await log.depth())]).map((data) => ({ event: "live-depth", data })),
      ]
    },
  }
}
