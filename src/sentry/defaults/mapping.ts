// The mapping a first start installs: that of the newer documentation page.
import type { JsonObject } from "../../common/json.ts"
import { mappingOf, resource } from "./resource.ts"
import { projectEnvironments, teams, users } from "./resources.ts"

/** Relates Port's own users to Sentry's. */
const portUsers = resource({
  kind: "user",
  blueprint: "_user",
  identifier: ".email",
  relations: { sentry_user: ".email" },
})

/** One entity for each environment of each issue. */
const issuesByEnvironment = resource({
  kind: "issue-tag",
  selector: { tag: "environment" },
  port: { itemsToParse: ".__tags" },
  blueprint: "sentryIssue",
  identifier: '.id + "-" + .item.name',
  title: '.title + " -" + " " + .item.name',
  properties: {
    link: '.permalink + "?environment=" + .item.name',
    status: ".status",
    isUnhandled: ".isUnhandled",
  },
  relations: {
    projectEnvironment: '(.project.slug as $slug | .item | "\\($slug)-\\(.name)")',
    assignee: {
      combinator: '"and"',
      rules: [{ operator: '"="', property: '"$identifier"', value: ".assignedTo.email" }],
    },
  },
})

export const mapping: JsonObject = {
  ...mappingOf([
    users,
    portUsers,
    projectEnvironments("sentryProjectEnvironment"),
    issuesByEnvironment,
    teams,
  ]),
  enableMergeEntity: true,
}
