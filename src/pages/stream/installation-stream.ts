// The installations of a host whose settings, runs or waiting events have changed.
import type { InstallationView, Views } from "../../host/views.ts"
import type { StreamSource } from "./stream-source.ts"

export function installationStream(views: Pick<Views, "all">): StreamSource {
  return {
    topic: "installations",
    open() {
      let known: Map<string, string> | undefined
      // Whoever comes back after a while has missed what changed meanwhile: at first all are told.
      return async () => {
        const before = known
        known = new Map((await views.all()).map((view) => [view.id, versionOf(view)]))
        const names = new Set([...(before?.keys() ?? []), ...known.keys()])
        const changed = [...names].filter((id) => before?.get(id) !== known?.get(id))
        return before && changed.length === 0 ? [] : [{ event: "installations", data: { changed } }]
      }
    },
  }
}

function versionOf(view: InstallationView): string {
  return JSON.stringify(view)
}
