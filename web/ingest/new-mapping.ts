/** What the mapping of a new data source begins with: Sentry's issues, as the documentation has them. */
export function newMapping(blueprint = "sentryIssue"): object {
  return {
    blueprint,
    filter: "true",
    entity: {
      identifier: ".body.data.issue.id",
      title: ".body.data.issue.title",
      properties: { status: ".body.data.issue.status" },
      relations: {},
    },
  }
}
