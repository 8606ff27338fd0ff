// Pure: a path of Port's API without the names in it, so that requests can be counted by endpoint.

const words = new Set(
  (
    "access_token actions auth blueprints bulk config datasource-entities delete entities examples integration " +
    "kafka-credentials kinds organization pages provision-enabled resync-request resync-state scorecards search"
  ).split(" "),
)

/** `/blueprints/sentryIssue/entities/bulk` → `blueprints/{}/entities/bulk` */
export function endpointOf(path: string): string {
  return path
    .split("/")
    .filter((segment) => segment !== "")
    .map((segment) => (words.has(segment) ? segment : "{}"))
    .join("/")
}
